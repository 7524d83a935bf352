-- Send away units that holders have promised: on hand and promised go down together. The caller
-- has locked the levels, so this sees the newest promises; a holder whose movement of that key is
-- in the ledger already has shipped, and is left alone.
WITH asked AS (
    SELECT holder_id, units, %(key)s || ' ' || holder_id AS key
      FROM unnest(%(holder_ids)s::bigint[], %(units)s::int[]) AS line (holder_id, units)
), new AS (
    SELECT * FROM asked
     WHERE NOT EXISTS (
           SELECT FROM inventory_stockmovement AS done
            WHERE done.source_kind = %(source_kind)s AND done.source_id = %(source_id)s
              AND done.key = asked.key AND done.counter = 'on_hand')
), queue AS (
    SELECT held.id, held.level_id, held.holder_id, held.units, new.units AS wanted, new.key,
           sum(held.units) OVER (PARTITION BY held.holder_id ORDER BY held.id) - held.units
               AS before
      FROM inventory_allocation AS held
      JOIN new USING (holder_id)
      JOIN inventory_stocklevel AS level ON level.id = held.level_id
     WHERE held.holder_kind = %(holder_kind)s
       AND (%(warehouse_id)s::bigint IS NULL OR level.warehouse_id = %(warehouse_id)s)
), leaving AS (
    SELECT id, level_id, holder_id, key, units AS held,
           least(units, wanted - before)::int AS units
      FROM queue
     WHERE wanted > before
), gone AS (
    DELETE FROM inventory_allocation AS held USING leaving
     WHERE held.id = leaving.id AND leaving.units = leaving.held
), shrunk AS (
    UPDATE inventory_allocation AS held
       SET units = held.units - leaving.units
      FROM leaving
     WHERE held.id = leaving.id AND leaving.units < leaving.held
), booked AS (
    INSERT INTO inventory_stockmovement
           (level_id, counter, kind, units, source_kind, source_id, key, actor, effective_at)
    SELECT level_id, counter, 'ship', -units, %(source_kind)s, %(source_id)s, key, %(actor)s,
           %(at)s
      FROM leaving CROSS JOIN (VALUES ('on_hand'), ('allocated')) AS both_ways (counter)
), levels AS (
    UPDATE inventory_stocklevel AS level
       SET on_hand = level.on_hand - total.units, allocated = level.allocated - total.units,
           updated_at = statement_timestamp()
      FROM (SELECT level_id, sum(units)::int AS units FROM leaving GROUP BY level_id) AS total
     WHERE level.id = total.level_id
)
SELECT new.holder_id, new.units AS wanted, coalesce(sum(leaving.units), 0)::int AS units,
       array_remove(array_agg(leaving.level_id), NULL) AS level_ids
  FROM new LEFT JOIN leaving USING (holder_id)
GROUP BY new.holder_id, new.units
