-- Numerator and denominator apart: the mean of daily averages would weigh a quiet day like a busy one.
SELECT 'order' AS kind, o.id, o.placed_at AS at,
       (o.placed_at AT TIME ZONE %(zone)s)::date AS day, o.channel_id, o.warehouse_id, '' AS part,
       round((o.subtotal - o.discount) * o.rate
             * coalesce((%(scales)s::jsonb ->> o.currency)::numeric, %(scale)s)) AS num,
       1::numeric AS den, NULL::float AS value
  FROM orders_order AS o
 WHERE NOT o.test AND o.placed_at >= %(lower)s AND o.placed_at < %(upper)s
