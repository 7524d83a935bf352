-- Transfers whose open units are not what is incoming for them, or whose promise is not what they
-- ask for.
WITH booked AS (
    SELECT movement.source_id AS transfer_id, level.sku_id, sum(movement.units) AS units
      FROM inventory_stockmovement AS movement
      JOIN inventory_stocklevel AS level ON level.id = movement.level_id
     WHERE movement.counter = 'incoming' AND movement.source_kind = 'transfer'
  GROUP BY 1, 2
), held AS (
    SELECT holder_id, sum(units) AS units FROM inventory_allocation
     WHERE holder_kind = 'transfer_line' GROUP BY holder_id
), lines AS (
    SELECT transfer.id, transfer.status, sku.code AS sku,
           CASE transfer.status WHEN 'in_transit'
                THEN line.units - line.units_received - line.units_lost ELSE 0 END AS open,
           coalesce(booked.units, 0) AS incoming,
           CASE transfer.status WHEN 'requested' THEN line.units ELSE 0 END AS wanted,
           coalesce(held.units, 0) AS held
      FROM inventory_transferline AS line
      JOIN inventory_transfer AS transfer ON transfer.id = line.transfer_id
      JOIN inventory_sku AS sku ON sku.id = line.sku_id
 LEFT JOIN booked ON booked.transfer_id = transfer.id AND booked.sku_id = line.sku_id
 LEFT JOIN held ON held.holder_id = line.id
)
SELECT id, status, sku, open, incoming::bigint AS incoming, wanted, held::bigint AS held
  FROM lines
 WHERE open <> incoming OR wanted <> held
ORDER BY id, sku
