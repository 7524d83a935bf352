-- Make the missing levels of several SKUs in one warehouse; none is made twice.
INSERT INTO inventory_stocklevel (sku_id, warehouse_id)
SELECT sku_id, %(warehouse_id)s
  FROM (SELECT DISTINCT unnest(%(sku_ids)s::bigint[]) AS sku_id) AS wanted
 WHERE NOT EXISTS (SELECT FROM inventory_stocklevel AS level
                    WHERE level.sku_id = wanted.sku_id AND level.warehouse_id = %(warehouse_id)s)
ORDER BY sku_id
ON CONFLICT (sku_id, warehouse_id) DO NOTHING
RETURNING id
