-- Mark the days on which an order was late already when it came in.
INSERT INTO kpis_dirtyday (source, day)
SELECT 'backlog', day::date
  FROM orders_order AS o,
       generate_series((o.ship_by AT TIME ZONE %(zone)s)::date, %(today)s::date,
                       interval '1 day') AS day
 WHERE o.id = %(order_id)s AND NOT o.historical
