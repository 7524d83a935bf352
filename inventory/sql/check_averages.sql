-- Averages that their entries do not prove: a step that does not follow from the one before, an
-- entry of another value than its layer or share, an average that is not the last entry's.
WITH step AS (
    SELECT entry.id, entry.sku_id, entry.warehouse_id, entry.units, entry.value,
           entry.units_before, entry.average_before, entry.average,
           lag(entry.average) OVER chain AS previous,
           lead(entry.id) OVER chain IS NULL AS is_last,
           CASE WHEN entry.units_before + entry.units = 0 THEN entry.average_before
                ELSE (entry.units_before * entry.average_before + entry.value / %(scale)s::numeric)
                     / (entry.units_before + entry.units) END AS computed,
           CASE entry.kind WHEN 'receipt' THEN
                (entry.units, entry.value) = (layer.units, layer.value)
                ELSE entry.units = 0 AND entry.value BETWEEN 0 AND share.amount END AS has_source
      FROM inventory_costentry AS entry
      JOIN inventory_costlayer AS layer ON layer.id = entry.layer_id
      LEFT JOIN inventory_landedshare AS share ON share.id = entry.share_id
    WINDOW chain AS (PARTITION BY entry.sku_id, entry.warehouse_id ORDER BY entry.id)
)
SELECT step.id, sku.code AS sku, warehouse.code AS warehouse, step.average,
       round(step.computed, 6) AS computed, step.average_before, step.previous,
       cost.average AS kept, step.is_last, step.has_source
  FROM step
  JOIN inventory_sku AS sku ON sku.id = step.sku_id
  JOIN inventory_warehouse AS warehouse ON warehouse.id = step.warehouse_id
  LEFT JOIN inventory_stockcost AS cost
         ON cost.sku_id = step.sku_id AND cost.warehouse_id = step.warehouse_id
 WHERE abs(step.average - step.computed) > 0.0000011
    OR step.average_before <> step.previous
    OR NOT step.has_source
    OR step.is_last AND cost.average IS DISTINCT FROM step.average
ORDER BY step.id
