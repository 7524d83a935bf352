-- Levels whose promised units are not the sum of who holds them.
WITH held AS (
    SELECT level_id, sum(units) AS units FROM inventory_allocation GROUP BY level_id
)
SELECT level.id, sku.code AS sku, warehouse.code AS warehouse, level.allocated,
       coalesce(held.units, 0) AS promised
  FROM inventory_stocklevel AS level
  JOIN inventory_sku AS sku ON sku.id = level.sku_id
  JOIN inventory_warehouse AS warehouse ON warehouse.id = level.warehouse_id
  LEFT JOIN held ON held.level_id = level.id
 WHERE level.allocated <> coalesce(held.units, 0)
ORDER BY level.id
