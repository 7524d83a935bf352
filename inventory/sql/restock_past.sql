-- Take back units of many sources in one warehouse: movements and counters as one.
-- Levels are locked in (sku, warehouse) order, as everywhere.
WITH back AS (
    SELECT sku_id, source_id, sum(units)::int AS units, min(at) AS at
      FROM unnest(%(sku_ids)s::bigint[], %(source_ids)s::bigint[], %(units)s::int[],
                  %(moments)s::timestamptz[]) AS row (sku_id, source_id, units, at)
  GROUP BY sku_id, source_id
), locked AS MATERIALIZED (
    SELECT level.id, level.sku_id
      FROM inventory_stocklevel AS level
     WHERE level.warehouse_id = %(warehouse_id)s
       AND level.sku_id IN (SELECT sku_id FROM back)
  ORDER BY level.sku_id
       FOR NO KEY UPDATE OF level
), booked AS (
    INSERT INTO inventory_stockmovement (level_id, counter, kind, units, reason, source_kind,
           source_id, key, actor, effective_at)
    SELECT locked.id, 'on_hand', 'restock', back.units, 'returned', %(source_kind)s,
           back.source_id, %(source_kind)s || ' ' || back.source_id, %(actor)s, back.at
      FROM back JOIN locked USING (sku_id)
  ORDER BY back.source_id, locked.id
        ON CONFLICT DO NOTHING
 RETURNING level_id, units
)
UPDATE inventory_stocklevel AS level
   SET on_hand = level.on_hand + back.units, updated_at = statement_timestamp()
  FROM (SELECT level_id, sum(units)::int AS units FROM booked GROUP BY level_id) AS back
 WHERE level.id = back.level_id
RETURNING level.id
