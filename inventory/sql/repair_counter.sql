-- Let the ledger say of one counter what the level says: a movement more, never one changed. The
-- level is locked, so the difference is of now.
WITH level AS (
    SELECT id, CASE %(counter)s WHEN 'on_hand' THEN on_hand WHEN 'allocated' THEN allocated
                    WHEN 'incoming' THEN incoming WHEN 'damaged' THEN damaged
                    WHEN 'quarantine' THEN quarantine
                    WHEN 'display' THEN display END AS there
      FROM inventory_stocklevel WHERE id = %(level_id)s
), booked AS (
    SELECT coalesce(sum(units) FILTER (WHERE counter = %(counter)s), 0)::int AS units,
           coalesce(max(id), 0) AS newest
      FROM inventory_stockmovement WHERE level_id = %(level_id)s
)
INSERT INTO inventory_stockmovement
       (level_id, counter, kind, units, reason, note, source_kind, source_id, key, actor,
        effective_at)
SELECT level.id, %(counter)s, 'correct', level.there - booked.units, 'books repaired', %(note)s,
       'books', 0, 'repair ' || booked.newest, %(actor)s, %(at)s
  FROM level, booked
 WHERE level.there <> booked.units
RETURNING units
