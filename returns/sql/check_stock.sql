-- Returns whose inspected units are not what stock has booked for them; of a SKU that was merged,
-- as the one that is kept.
WITH wanted AS (
    SELECT part.rma_id, coalesce(sku.merged_into_id, sku.id) AS sku_id,
           CASE run.disposition WHEN 'restock' THEN 'on_hand' WHEN 'quarantine' THEN 'quarantine'
                                ELSE 'damaged' END AS counter,
           sum(run.last - run.first + 1)::bigint AS units
      FROM returns_returnunits AS run
      JOIN returns_returnline AS part ON part.id = run.line_id
      JOIN orders_orderline AS line ON line.id = run.order_line_id
      JOIN inventory_sku AS sku ON sku.id = line.sku_id
     WHERE run.disposition <> ''
  GROUP BY 1, 2, 3
), booked AS (
    SELECT move.source_id AS rma_id, coalesce(sku.merged_into_id, sku.id) AS sku_id, move.counter,
           sum(move.units)::bigint AS units
      FROM inventory_stockmovement AS move
      JOIN inventory_stocklevel AS level ON level.id = move.level_id
      JOIN inventory_sku AS sku ON sku.id = level.sku_id
     WHERE move.source_kind = 'rma'
  GROUP BY 1, 2, 3
)
SELECT rma.number, sku.code AS sku, counter, coalesce(wanted.units, 0) AS inspected,
       coalesce(booked.units, 0) AS booked
  FROM wanted FULL JOIN booked USING (rma_id, sku_id, counter)
  LEFT JOIN returns_returnauthorization AS rma ON rma.id = rma_id
  JOIN inventory_sku AS sku ON sku.id = sku_id
 WHERE wanted.units IS DISTINCT FROM booked.units
