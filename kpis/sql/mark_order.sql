-- Mark the days an order takes part in; the day it will be due is marked by the clock then.
INSERT INTO kpis_dirtyday (source, day)
SELECT DISTINCT 'orders', (moment AT TIME ZONE %(zone)s)::date
  FROM orders_order AS o,
       LATERAL (SELECT cancelled_at FROM orders_cancelledunits WHERE order_id = o.id
                UNION ALL VALUES (o.placed_at), (o.shipped_at), (o.cancelled_at),
                      (CASE WHEN o.ship_by <= %(now)s THEN o.ship_by END)) AS v (moment)
 WHERE o.id = %(order_id)s AND moment IS NOT NULL
