-- One row per active, listed SKU, warehouse and day: had an order found nothing at the day's close
-- (or now, today)? The balance is read from the ledger, so any past day can be asked.
WITH wanted AS (
    SELECT unnest(%(days)s::date[]) AS day
), kept AS (
    SELECT level.id, level.warehouse_id
      FROM inventory_stocklevel AS level
      JOIN inventory_sku AS sku ON sku.id = level.sku_id AND sku.active
     WHERE EXISTS (SELECT FROM inventory_listing AS listing
                    WHERE listing.sku_id = level.sku_id AND listing.active)
), moved AS (
    SELECT m.level_id, (m.effective_at AT TIME ZONE %(zone)s)::date AS day,
           sum(CASE m.counter WHEN 'on_hand' THEN m.units ELSE -m.units END) AS units
      FROM inventory_stockmovement AS m
     WHERE m.counter IN ('on_hand', 'allocated') AND m.effective_at < %(upper)s
  GROUP BY m.level_id, 2
), told AS (
    SELECT kept.id, kept.warehouse_id, moved.day, moved.units, false AS asked
      FROM kept JOIN moved ON moved.level_id = kept.id
 UNION ALL
    SELECT kept.id, kept.warehouse_id, wanted.day, 0, true FROM kept CROSS JOIN wanted
), closed AS (
    SELECT id, warehouse_id, day, asked,
           sum(units) OVER days AS available, count(*) FILTER (WHERE NOT asked) OVER days AS moves
      FROM told
    WINDOW days AS (PARTITION BY id ORDER BY day RANGE UNBOUNDED PRECEDING)
)
SELECT 'stock_level' AS kind, id,
       least((day + 1)::timestamp AT TIME ZONE %(zone)s, %(now)s) AS at, day,
       NULL::bigint AS channel_id, warehouse_id, '' AS part,
       CASE WHEN available <= 0 THEN 1 ELSE 0 END::numeric AS num, 1::numeric AS den,
       NULL::float AS value
  FROM closed
 WHERE asked AND moves > 0 AND day <= (%(now)s AT TIME ZONE %(zone)s)::date
