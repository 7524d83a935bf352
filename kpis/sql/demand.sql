-- What was wanted: units ordered and not cancelled (or lost on the way, and then given up), per SKU, warehouse, week and size of the order
-- line. Weeks are seven whole business days, counted back from the day before the origin: week 0 is
-- the newest. The warehouse is the one that the order was promised from; without one, the first
-- that serves its channel. Imported past counts, tests do not.
SELECT line.sku_id, coalesce(o.warehouse_id, first.warehouse_id) AS warehouse_id,
       (%(origin)s::date - 1 - (o.placed_at AT TIME ZONE %(zone)s)::date) / 7 AS week,
       least(line.units, line.units + line.units_lost - line.units_cancelled) AS size, count(*) AS lines
  FROM orders_order AS o
  JOIN orders_orderline AS line ON line.order_id = o.id
  JOIN inventory_sku AS sku ON sku.id = line.sku_id AND sku.active
  LEFT JOIN (SELECT DISTINCT ON (channel_id) channel_id, warehouse_id
               FROM inventory_channelwarehouse ORDER BY channel_id, rank, id) AS first
         ON first.channel_id = o.channel_id
 WHERE NOT o.test AND o.status <> 'cancelled' AND line.units + line.units_lost > line.units_cancelled
   AND o.placed_at >= %(lower)s AND o.placed_at < %(upper)s
   AND (%(sku_id)s::bigint IS NULL OR line.sku_id = %(sku_id)s)
   AND coalesce(o.warehouse_id, first.warehouse_id) IS NOT NULL
GROUP BY 1, 2, 3, 4
