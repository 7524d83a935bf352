-- One row per order: the sum of its lines before discounts, returns, tax and shipping. A cancelled
-- order keeps its sale on the day it was placed; net sales book the reversal when it happens.
SELECT 'order' AS kind, o.id, o.placed_at AS at,
       (o.placed_at AT TIME ZONE %(zone)s)::date AS day, o.channel_id, o.warehouse_id,
       CASE o.status WHEN 'cancelled' THEN 'cancelled' ELSE 'kept' END AS part,
       round(o.subtotal * o.rate
             * coalesce((%(scales)s::jsonb ->> o.currency)::numeric, %(scale)s)) AS num,
       0::numeric AS den, NULL::float AS value
  FROM orders_order AS o
 WHERE NOT o.test AND o.placed_at >= %(lower)s AND o.placed_at < %(upper)s
