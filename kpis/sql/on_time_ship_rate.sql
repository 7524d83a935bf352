-- By the day an order was due: what never shipped is late. By the day it shipped, a backlog would
-- not be seen. What was cancelled before it was due was due no more.
SELECT 'order' AS kind, o.id, o.ship_by AS at,
       (o.ship_by AT TIME ZONE %(zone)s)::date AS day, o.channel_id, o.warehouse_id,
       CASE WHEN o.shipped_at <= o.ship_by THEN 'on_time'
            WHEN o.shipped_at IS NULL THEN 'unshipped' ELSE 'late' END AS part,
       CASE WHEN o.shipped_at <= o.ship_by THEN 1 ELSE 0 END::numeric AS num,
       1::numeric AS den, NULL::float AS value
  FROM orders_order AS o
 WHERE NOT o.test AND NOT o.historical
   AND o.ship_by >= %(lower)s AND o.ship_by < %(upper)s AND o.ship_by <= %(now)s
   AND (o.cancelled_at IS NULL OR o.cancelled_at > o.ship_by)
