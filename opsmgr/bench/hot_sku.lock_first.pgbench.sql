-- The same rows by the usual way: lock the level, look, then write.
\set holder random(1, 1000000000000)
BEGIN;
SELECT on_hand, allocated FROM inventory_stocklevel WHERE id = :level FOR UPDATE;
UPDATE inventory_stocklevel SET allocated = allocated + 1, updated_at = now() WHERE id = :level;
INSERT INTO inventory_allocation (level_id, holder_kind, holder_id, units) VALUES (:level, 'bench', :holder, 1);
INSERT INTO inventory_stockmovement (level_id, counter, kind, units, source_kind, source_id, key, actor, effective_at) VALUES (:level, 'allocated', 'promise', 1, 'bench', :holder, 'promise ' || :holder, 'pgbench', now());
COMMIT;
