-- Mark the days an order takes part in; those to come are marked by the clock when they are there.
INSERT INTO kpis_dirtyday (source, day)
SELECT DISTINCT 'orders', (moment AT TIME ZONE %(zone)s)::date
  FROM orders_order AS o,
       LATERAL (VALUES (o.placed_at), (o.ship_by), (o.shipped_at), (o.cancelled_at)) AS v (moment)
 WHERE o.id = %(order_id)s AND moment IS NOT NULL
