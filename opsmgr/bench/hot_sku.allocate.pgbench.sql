-- One promise of one unit of one SKU, as the product makes it.
\set holder random(1, 1000000000000)
SELECT inventory_allocate('bench', ARRAY[:holder]::bigint[], ARRAY[:sku]::bigint[], ARRAY[1], ARRAY[:warehouse]::bigint[], 'pgbench', now());
