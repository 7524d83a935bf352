-- Levels whose counters are not the sum of their movements; with the last proof that they were, and
-- the first movement after it.
WITH booked AS (
    SELECT level_id,
           coalesce(sum(units) FILTER (WHERE counter = 'on_hand'), 0) AS on_hand,
           coalesce(sum(units) FILTER (WHERE counter = 'allocated'), 0) AS allocated,
           coalesce(sum(units) FILTER (WHERE counter = 'incoming'), 0) AS incoming,
           coalesce(sum(units) FILTER (WHERE counter = 'damaged'), 0) AS damaged,
           coalesce(sum(units) FILTER (WHERE counter = 'quarantine'), 0) AS quarantine,
           coalesce(sum(units) FILTER (WHERE counter = 'display'), 0) AS display
      FROM inventory_stockmovement
  GROUP BY level_id
)
SELECT level.id, sku.code AS sku, warehouse.code AS warehouse,
       level.on_hand, level.allocated, level.incoming, level.damaged, level.quarantine,
       level.display,
       coalesce(booked.on_hand, 0) AS booked_on_hand,
       coalesce(booked.allocated, 0) AS booked_allocated,
       coalesce(booked.incoming, 0) AS booked_incoming,
       coalesce(booked.damaged, 0) AS booked_damaged,
       coalesce(booked.quarantine, 0) AS booked_quarantine,
       coalesce(booked.display, 0) AS booked_display,
       proof.proved_at, since.id AS since_id, since.kind AS since_kind, since.actor AS since_actor,
       since.recorded_at AS since_at
  FROM inventory_stocklevel AS level
  JOIN inventory_sku AS sku ON sku.id = level.sku_id
  JOIN inventory_warehouse AS warehouse ON warehouse.id = level.warehouse_id
  LEFT JOIN booked ON booked.level_id = level.id
  LEFT JOIN inventory_stockproof AS proof ON proof.level_id = level.id
  LEFT JOIN LATERAL (SELECT id, kind, actor, recorded_at
                       FROM inventory_stockmovement
                      WHERE level_id = level.id AND id > coalesce(proof.movement_id, 0)
                   ORDER BY id LIMIT 1) AS since ON true
 WHERE (level.on_hand, level.allocated, level.incoming, level.damaged, level.quarantine,
        level.display)
       IS DISTINCT FROM (coalesce(booked.on_hand, 0), coalesce(booked.allocated, 0),
           coalesce(booked.incoming, 0), coalesce(booked.damaged, 0),
           coalesce(booked.quarantine, 0), coalesce(booked.display, 0))
ORDER BY level.id
