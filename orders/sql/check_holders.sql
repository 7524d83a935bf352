-- Stock that is promised to order lines that are not there, are of another SKU, or want none.
SELECT held.id, held.holder_id, held.units, sku.code AS sku, o.number
  FROM inventory_allocation AS held
  JOIN inventory_stocklevel AS level ON level.id = held.level_id
  JOIN inventory_sku AS sku ON sku.id = level.sku_id
  LEFT JOIN orders_orderline AS line ON line.id = held.holder_id
  LEFT JOIN orders_order AS o ON o.id = line.order_id
 WHERE held.holder_kind = 'order_line'
   AND (line.id IS NULL OR line.sku_id IS DISTINCT FROM level.sku_id OR o.status <> 'open')
LIMIT 1000
