-- Move counters of several levels of one warehouse, each move with its ledger row. Rows are locked
-- in (sku, warehouse) order. The ledger comes first: a move whose key is in it already is not made
-- again, so repeating is harmless. The table's CHECKs are what never goes below nothing.
WITH asked AS (
    SELECT sku_id, counter, sum(units)::int AS units
      FROM unnest(%(sku_ids)s::bigint[], %(counters)s::text[], %(units)s::int[])
           AS move (sku_id, counter, units)
  GROUP BY sku_id, counter
    HAVING sum(units) <> 0
), locked AS MATERIALIZED (
    SELECT id, sku_id
      FROM inventory_stocklevel
     WHERE warehouse_id = %(warehouse_id)s AND sku_id IN (SELECT sku_id FROM asked)
  ORDER BY sku_id, warehouse_id
       FOR NO KEY UPDATE
), booked AS (
    INSERT INTO inventory_stockmovement
           (level_id, counter, kind, units, reason, note, source_kind, source_id, key, actor,
            effective_at)
    SELECT locked.id, asked.counter, %(kind)s, asked.units, %(reason)s, %(note)s,
           %(source_kind)s, %(source_id)s, %(key)s, %(actor)s, %(at)s
      FROM asked JOIN locked USING (sku_id)
  ORDER BY asked.sku_id, asked.counter
        ON CONFLICT (level_id, counter, key) DO NOTHING
 RETURNING level_id, counter, units
), total AS (
    SELECT level_id,
           coalesce(sum(units) FILTER (WHERE counter = 'on_hand'), 0)::int AS on_hand,
           coalesce(sum(units) FILTER (WHERE counter = 'incoming'), 0)::int AS incoming,
           coalesce(sum(units) FILTER (WHERE counter = 'damaged'), 0)::int AS damaged,
           coalesce(sum(units) FILTER (WHERE counter = 'quarantine'), 0)::int AS quarantine,
           coalesce(sum(units) FILTER (WHERE counter = 'display'), 0)::int AS display
      FROM booked
  GROUP BY level_id
)
   UPDATE inventory_stocklevel AS level
      SET on_hand = level.on_hand + total.on_hand,
          incoming = level.incoming + total.incoming,
          damaged = level.damaged + total.damaged,
          quarantine = level.quarantine + total.quarantine,
          display = level.display + total.display,
          updated_at = statement_timestamp()
     FROM total
    WHERE level.id = total.level_id
RETURNING level.id AS level_id, level.sku_id, total.on_hand, total.incoming, total.damaged,
          total.quarantine, total.display
