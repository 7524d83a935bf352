-- Keep SKUs from being archived or merged until the transaction ends, and say which were already.
-- KEY SHARE is what a foreign key takes: nobody waits for it but who archives or merges.
SELECT sku.id, sku.code, sku.archived_at IS NOT NULL AS archived, sku.merged_into_id
  FROM inventory_sku AS sku
 WHERE sku.id = ANY(%(sku_ids)s::bigint[])
ORDER BY sku.id
   FOR KEY SHARE OF sku
