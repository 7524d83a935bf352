-- Receipts whose cost is in no layer, or in a layer of other units or value.
SELECT receipt.number, sku.code AS sku, line.units, line.cost,
       layer.units AS layer_units, layer.value AS layer_value
  FROM inventory_receiptline AS line
  JOIN inventory_receipt AS receipt ON receipt.id = line.receipt_id
  JOIN inventory_purchaseline AS ordered ON ordered.id = line.line_id
  JOIN inventory_sku AS sku ON sku.id = ordered.sku_id
  LEFT JOIN inventory_costlayer AS layer ON layer.receipt_line_id = line.id
 WHERE (layer.units, layer.value, layer.sku_id, layer.warehouse_id)
       IS DISTINCT FROM (line.units, line.cost, ordered.sku_id, receipt.warehouse_id)
ORDER BY line.id
