-- Stock of a chunk of past orders: receive what is missing to have shipped it, then ship it.
-- Levels are locked in (sku, warehouse) order, as everywhere.
WITH demand AS (
    SELECT sku_id, sum(units)::int AS units, min(placed_at) AS first_at
      FROM import_item JOIN import_order ON import_order.id = import_item.order_id
     WHERE sku_id IS NOT NULL
  GROUP BY sku_id
), locked AS MATERIALIZED (
    SELECT level.id, level.sku_id, demand.units, demand.first_at,
           greatest(0, demand.units - (level.on_hand - level.allocated)) AS missing
      FROM inventory_stocklevel AS level JOIN demand USING (sku_id)
     WHERE level.warehouse_id = %(warehouse_id)s
  ORDER BY level.sku_id
       FOR NO KEY UPDATE OF level
), moved AS (
    UPDATE inventory_stocklevel AS level
       SET on_hand = level.on_hand + locked.missing - locked.units,
           updated_at = statement_timestamp()
      FROM locked WHERE level.id = locked.id
), received AS (
    INSERT INTO inventory_stockmovement (level_id, counter, kind, units, reason, source_kind,
           source_id, key, actor, effective_at)
    SELECT id, 'on_hand', 'receive', missing, 'opening', 'batch', %(batch_id)s,
           'import ' || %(batch_id)s || ' ' || %(first)s, %(actor)s, first_at
      FROM locked WHERE missing > 0 ORDER BY id
)
INSERT INTO inventory_stockmovement (level_id, counter, kind, units, reason, source_kind, source_id,
       key, actor, effective_at)
SELECT locked.id, 'on_hand', 'ship', -sum(item.units), '', 'order', item.order_id,
       'ship order ' || item.order_id, %(actor)s, min(import_order.placed_at)
  FROM import_item AS item
  JOIN import_order ON import_order.id = item.order_id
  JOIN locked USING (sku_id)
GROUP BY locked.id, item.order_id
ORDER BY item.order_id, locked.id
