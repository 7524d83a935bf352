-- A stock level for each SKU of a chunk, in the warehouse that serves the channel first.
INSERT INTO inventory_stocklevel (sku_id, warehouse_id)
SELECT DISTINCT sku_id, %(warehouse_id)s::bigint FROM import_item WHERE sku_id IS NOT NULL
ORDER BY sku_id
    ON CONFLICT DO NOTHING
