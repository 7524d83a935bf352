-- Promise what there is in one warehouse: earlier lines are served first, each as far as it goes.
WITH line AS (
    SELECT place, holder_id, sku_id, units
      FROM unnest(%(holder_ids)s::bigint[], %(sku_ids)s::bigint[], %(units)s::int[])
           WITH ORDINALITY AS line (holder_id, sku_id, units, place)
), locked AS MATERIALIZED (
    SELECT id, sku_id, on_hand - allocated AS available
      FROM inventory_stocklevel
     WHERE warehouse_id = %(warehouse_id)s AND sku_id IN (SELECT sku_id FROM line)
  ORDER BY sku_id, warehouse_id
       FOR NO KEY UPDATE
), queue AS (
    SELECT line.holder_id, locked.id AS level_id, line.units, locked.available,
           sum(line.units) OVER (PARTITION BY sku_id ORDER BY place) - line.units AS before
      FROM line JOIN locked USING (sku_id)
), served AS (
    SELECT holder_id, level_id, sum(least(units, available - before))::int AS units
      FROM queue
     WHERE available > before
  GROUP BY holder_id, level_id
), taken AS (
    UPDATE inventory_stocklevel AS level
       SET allocated = level.allocated + total.units, updated_at = statement_timestamp()
      FROM (SELECT level_id, sum(units)::int AS units FROM served GROUP BY level_id) AS total
     WHERE level.id = total.level_id AND level.on_hand - level.allocated >= total.units
 RETURNING level.id
), promised AS (
    INSERT INTO inventory_allocation AS held (level_id, holder_kind, holder_id, units)
    SELECT served.level_id, %(holder_kind)s, served.holder_id, served.units
      FROM served JOIN taken ON taken.id = served.level_id
        ON CONFLICT (holder_kind, holder_id, level_id)
           DO UPDATE SET units = held.units + excluded.units
 RETURNING level_id
), booked AS (
    INSERT INTO inventory_stockmovement
           (id, level_id, counter, kind, units, source_kind, source_id, key, actor, effective_at)
    SELECT next.id, level_id, 'allocated', 'promise', units, %(holder_kind)s, holder_id,
           'promise ' || next.id, %(actor)s, %(at)s
      FROM served JOIN taken ON taken.id = served.level_id
           CROSS JOIN LATERAL (
               SELECT nextval('inventory_stockmovement_id_seq')
                      + 0 * served.holder_id AS id) AS next
 RETURNING source_id AS holder_id, level_id, units
)
SELECT holder_id, level_id, units FROM booked
