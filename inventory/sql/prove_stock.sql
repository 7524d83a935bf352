-- Note for each level whose counters are the sum of its movements up to which movement that is so.
-- One statement reads one present: a counter and its ledger change together.
WITH booked AS (
    SELECT level_id, max(id) AS newest,
           coalesce(sum(units) FILTER (WHERE counter = 'on_hand'), 0) AS on_hand,
           coalesce(sum(units) FILTER (WHERE counter = 'allocated'), 0) AS allocated,
           coalesce(sum(units) FILTER (WHERE counter = 'incoming'), 0) AS incoming,
           coalesce(sum(units) FILTER (WHERE counter = 'damaged'), 0) AS damaged,
           coalesce(sum(units) FILTER (WHERE counter = 'quarantine'), 0) AS quarantine,
           coalesce(sum(units) FILTER (WHERE counter = 'display'), 0) AS display
      FROM inventory_stockmovement
  GROUP BY level_id
)
INSERT INTO inventory_stockproof AS proof (level_id, movement_id, proved_at)
SELECT level.id, booked.newest, %(now)s
  FROM booked JOIN inventory_stocklevel AS level ON level.id = booked.level_id
 WHERE (level.on_hand, level.allocated, level.incoming, level.damaged, level.quarantine,
        level.display)
       = (booked.on_hand, booked.allocated, booked.incoming, booked.damaged, booked.quarantine,
          booked.display)
ORDER BY level.id
    ON CONFLICT (level_id)
       DO UPDATE SET movement_id = excluded.movement_id, proved_at = excluded.proved_at
RETURNING level_id
