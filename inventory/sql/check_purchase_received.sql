-- Lines of orders whose received units are not the sum of their receipts, or of the ledger.
WITH taken AS (
    SELECT line_id, sum(units) AS units, sum(damaged) AS damaged
      FROM inventory_receiptline
  GROUP BY line_id
), booked AS (
    SELECT receipt.order_id, level.sku_id, sum(movement.units) AS units
      FROM inventory_stockmovement AS movement
      JOIN inventory_receipt AS receipt ON receipt.id = movement.source_id
      JOIN inventory_stocklevel AS level ON level.id = movement.level_id
     WHERE movement.source_kind = 'purchase_receipt'
       AND movement.counter IN ('on_hand', 'damaged')
  GROUP BY 1, 2
)
SELECT purchase.number, sku.code AS sku, line.units_received, line.units_damaged,
       coalesce(taken.units, 0)::bigint AS taken, coalesce(taken.damaged, 0)::bigint AS damaged,
       coalesce(booked.units, 0)::bigint AS booked
  FROM inventory_purchaseline AS line
  JOIN inventory_purchaseorder AS purchase ON purchase.id = line.order_id
  JOIN inventory_sku AS sku ON sku.id = line.sku_id
  LEFT JOIN taken ON taken.line_id = line.id
  LEFT JOIN booked ON booked.order_id = line.order_id AND booked.sku_id = line.sku_id
 WHERE (line.units_received, line.units_damaged, line.units_received::bigint)
       IS DISTINCT FROM
       (coalesce(taken.units, 0), coalesce(taken.damaged, 0), coalesce(booked.units, 0))
ORDER BY line.id
