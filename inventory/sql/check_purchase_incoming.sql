-- Orders to vendors whose open units are not what their movements say is incoming.
WITH booked AS (
    SELECT level.sku_id, level.warehouse_id,
           coalesce(receipt.order_id, movement.source_id) AS order_id, sum(movement.units) AS units
      FROM inventory_stockmovement AS movement
      JOIN inventory_stocklevel AS level ON level.id = movement.level_id
      LEFT JOIN inventory_receipt AS receipt
             ON movement.source_kind = 'purchase_receipt' AND receipt.id = movement.source_id
     WHERE movement.counter = 'incoming'
       AND movement.source_kind IN ('purchase_order', 'purchase_receipt')
  GROUP BY 1, 2, 3
    HAVING sum(movement.units) <> 0
), open AS (
    SELECT line.sku_id, purchase.warehouse_id, purchase.id AS order_id,
           line.units - line.units_received - line.units_missing AS units
      FROM inventory_purchaseline AS line
      JOIN inventory_purchaseorder AS purchase ON purchase.id = line.order_id
     WHERE purchase.status IN ('sent', 'partly_received')
       AND line.units > line.units_received + line.units_missing
)
SELECT purchase.number, sku.code AS sku,
       coalesce(open.units, 0) AS open, coalesce(booked.units, 0)::bigint AS booked
  FROM booked FULL JOIN open USING (sku_id, warehouse_id, order_id)
  JOIN inventory_purchaseorder AS purchase ON purchase.id = order_id
  JOIN inventory_sku AS sku ON sku.id = sku_id
 WHERE coalesce(open.units, 0) <> coalesce(booked.units, 0)
ORDER BY purchase.id, sku.code
