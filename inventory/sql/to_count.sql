-- What a rule has counted next in a warehouse: levels that no open count has and that were not
-- counted since %(since)s, the most pressing first.
WITH levels AS (
    SELECT level.id, level.sku_id, last.counted_at, last.wrong,
           (SELECT count(*) FROM inventory_stockmovement AS moved
             WHERE moved.level_id = level.id AND moved.reason = %(not_found)s
               AND moved.counter = 'on_hand'
               AND moved.effective_at > coalesce(last.counted_at, '-infinity')) AS not_found
      FROM inventory_stocklevel AS level
      JOIN inventory_sku AS sku ON sku.id = level.sku_id AND sku.active
      LEFT JOIN LATERAL (SELECT counted_at, counted <> expected AS wrong
                           FROM inventory_countline
                          WHERE level_id = level.id AND NOT live AND counted IS NOT NULL
                       ORDER BY counted_at DESC LIMIT 1) AS last ON true
     WHERE level.warehouse_id = %(warehouse_id)s
       AND NOT EXISTS (SELECT FROM inventory_countline WHERE level_id = level.id AND live)
       AND (last.counted_at IS NULL OR last.counted_at < %(since)s OR %(why)s = 'not_found')
), sold AS (
    SELECT moved.level_id, -sum(moved.units) AS units
      FROM inventory_stockmovement AS moved
     WHERE %(why)s = 'turnover' AND moved.kind = 'ship' AND moved.counter = 'on_hand'
       AND moved.effective_at >= %(sold_since)s
       AND moved.level_id IN (SELECT id FROM inventory_stocklevel
                               WHERE warehouse_id = %(warehouse_id)s)
  GROUP BY moved.level_id
), ranked AS (
    SELECT level_id, units,
           sum(units) OVER (ORDER BY units DESC, level_id) - units AS before,
           sum(units) OVER () AS whole
      FROM sold
)
SELECT levels.sku_id
  FROM levels
  LEFT JOIN ranked ON ranked.level_id = levels.id
 WHERE CASE %(why)s
       WHEN 'turnover' THEN ranked.before < 0.8 * ranked.whole
       WHEN 'accuracy' THEN levels.wrong
       WHEN 'not_found' THEN levels.not_found > 0
       ELSE true END
ORDER BY CASE WHEN %(why)s = 'turnover' THEN -ranked.units END,
         levels.counted_at NULLS FIRST, levels.sku_id
 LIMIT %(most)s
