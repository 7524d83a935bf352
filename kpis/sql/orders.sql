-- One row per order: never per line, which would count an order as often as it has lines.
SELECT 'order' AS kind, o.id, o.placed_at AS at,
       (o.placed_at AT TIME ZONE %(zone)s)::date AS day, o.channel_id, o.warehouse_id,
       CASE o.status WHEN 'cancelled' THEN 'cancelled' ELSE 'kept' END AS part,
       1::numeric AS num, 0::numeric AS den, NULL::float AS value
  FROM orders_order AS o
 WHERE NOT o.test AND o.placed_at >= %(lower)s AND o.placed_at < %(upper)s
