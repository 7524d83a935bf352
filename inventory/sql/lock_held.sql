-- Lock the levels that some holders have units of, in (sku, warehouse) order: whoever comes second
-- then reads what the first has left.
SELECT id
  FROM inventory_stocklevel
 WHERE id IN (SELECT level_id FROM inventory_allocation
               WHERE holder_kind = %(holder_kind)s AND holder_id = ANY(%(holder_ids)s::bigint[]))
ORDER BY sku_id, warehouse_id
   FOR NO KEY UPDATE
