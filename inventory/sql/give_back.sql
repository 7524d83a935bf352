-- Give back what some holders have promised: up to `units` each, or all where that is null; only
-- from one warehouse, unless that is null.
WITH asked AS (
    SELECT holder_id, units
      FROM unnest(%(holder_ids)s::bigint[], %(units)s::int[]) AS asked (holder_id, units)
), queue AS (
    SELECT held.id, held.level_id, held.holder_id, held.units, asked.units AS wanted,
           sum(held.units) OVER (PARTITION BY held.holder_id ORDER BY held.id DESC)
               - held.units AS before
      FROM inventory_allocation AS held JOIN asked USING (holder_id)
     WHERE held.holder_kind = %(holder_kind)s
       AND (%(warehouse_id)s::bigint IS NULL
            OR held.level_id IN (SELECT id FROM inventory_stocklevel
                                  WHERE warehouse_id = %(warehouse_id)s))
), freed AS (
    SELECT id, level_id, holder_id, units AS held,
           CASE WHEN wanted IS NULL THEN units
                ELSE least(units, wanted - before) END::int AS units
      FROM queue
     WHERE wanted IS NULL OR wanted > before
), gone AS (
    DELETE FROM inventory_allocation AS held USING freed
     WHERE held.id = freed.id AND freed.units = freed.held
), shrunk AS (
    UPDATE inventory_allocation AS held
       SET units = held.units - freed.units
      FROM freed
     WHERE held.id = freed.id AND freed.units < freed.held
), booked AS (
    INSERT INTO inventory_stockmovement
           (id, level_id, counter, kind, units, reason, source_kind, source_id, key, actor,
            effective_at)
    SELECT next.id, level_id, 'allocated', 'release', -units, %(reason)s, %(holder_kind)s,
           holder_id, 'release ' || next.id, %(actor)s, %(at)s
      FROM freed
           CROSS JOIN LATERAL (
               SELECT nextval('inventory_stockmovement_id_seq')
                      + 0 * freed.holder_id AS id) AS next
), levels AS (
    UPDATE inventory_stocklevel AS level
       SET allocated = level.allocated - total.units, updated_at = statement_timestamp()
      FROM (SELECT level_id, sum(units)::int AS units FROM freed GROUP BY level_id) AS total
     WHERE level.id = total.level_id
)
SELECT holder_id, level_id, units FROM freed
