-- Packs that do not hold what their parts make, barcodes on the pack of another SKU, main barcodes
-- that no scanner finds, archived SKUs with units, merged ones that lead to no kept one.
SELECT sku.code AS sku, pack.name AS part,
       'pack ' || pack.name || ' says ' || pack.units || ' units; it holds '
       || pack.count * coalesce(smaller.units, 1) AS said
  FROM inventory_pack AS pack
  JOIN inventory_sku AS sku ON sku.id = pack.sku_id
  LEFT JOIN inventory_pack AS smaller ON smaller.id = pack.inside_id
 WHERE pack.units <> pack.count * coalesce(smaller.units, 1) OR smaller.sku_id <> pack.sku_id
UNION ALL
SELECT sku.code, barcode.text, 'barcode ' || barcode.text || ' is on a pack of another SKU'
  FROM inventory_barcode AS barcode
  JOIN inventory_sku AS sku ON sku.id = barcode.sku_id
  JOIN inventory_pack AS pack ON pack.id = barcode.pack_id
 WHERE pack.sku_id <> barcode.sku_id
UNION ALL
SELECT sku.code, sku.barcode, 'its barcode ' || sku.barcode || ' is not among what scanners find'
  FROM inventory_sku AS sku
 WHERE sku.barcode <> '' AND NOT EXISTS (
       SELECT FROM inventory_barcode AS barcode
        WHERE barcode.sku_id = sku.id AND barcode.text = sku.barcode AND barcode.pack_id IS NULL)
UNION ALL
SELECT sku.code, warehouse.code, 'it is archived, and has units in ' || warehouse.code
  FROM inventory_sku AS sku
  JOIN inventory_stocklevel AS level ON level.sku_id = sku.id
  JOIN inventory_warehouse AS warehouse ON warehouse.id = level.warehouse_id
 WHERE sku.archived_at IS NOT NULL
   AND (level.on_hand > 0 OR level.allocated > 0 OR level.incoming > 0 OR level.damaged > 0
        OR level.quarantine > 0)
UNION ALL
SELECT sku.code, kept.code, 'it was merged into ' || kept.code || ', which was merged, too'
  FROM inventory_sku AS sku
  JOIN inventory_sku AS kept ON kept.id = sku.merged_into_id
 WHERE kept.merged_into_id IS NOT NULL
ORDER BY 1, 2
