-- Hours from click to the first time everything had left; orders that waited in a hold or for a
-- risk review are a part of their own.
SELECT 'order' AS kind, o.id, o.shipped_at AS at,
       (o.shipped_at AT TIME ZONE %(zone)s)::date AS day, o.channel_id, o.warehouse_id,
       CASE WHEN EXISTS (SELECT FROM orders_hold WHERE order_id = o.id)
              OR EXISTS (SELECT FROM fraud_orderrisk
                          WHERE order_id = o.id AND review_at IS NOT NULL)
            THEN 'held' ELSE 'straight' END AS part,
       extract(epoch FROM o.shipped_at - o.placed_at) / 3600 AS num, 1::numeric AS den,
       (extract(epoch FROM o.shipped_at - o.placed_at) / 3600)::float AS value
  FROM orders_order AS o
 WHERE NOT o.test AND NOT o.historical
   AND o.shipped_at >= %(lower)s AND o.shipped_at < %(upper)s
