-- Levels that say something impossible; the table's CHECKs should leave none.
SELECT level.id, sku.code AS sku, warehouse.code AS warehouse, level.on_hand, level.allocated
  FROM inventory_stocklevel AS level
  JOIN inventory_sku AS sku ON sku.id = level.sku_id
  JOIN inventory_warehouse AS warehouse ON warehouse.id = level.warehouse_id
 WHERE least(level.on_hand, level.allocated, level.incoming, level.damaged, level.quarantine, level.display,
             level.safety_stock) < 0
    OR level.allocated > level.on_hand
ORDER BY level.id
