-- Days that closed with nothing an order could take, per SKU, warehouse and week before the origin
-- (week 0 is the newest). Read from the ledger: a balance holds from one day with movements to the
-- next. Before its first movement a SKU is not out of stock, for nobody has counted it.
WITH moved AS (
    SELECT m.level_id, (m.effective_at AT TIME ZONE %(zone)s)::date AS day,
           sum(CASE m.counter WHEN 'on_hand' THEN m.units ELSE -m.units END) AS units
      FROM inventory_stockmovement AS m
     WHERE m.counter IN ('on_hand', 'allocated') AND m.effective_at < %(upper)s
       AND (%(sku_id)s::bigint IS NULL
            OR m.level_id IN (SELECT id FROM inventory_stocklevel WHERE sku_id = %(sku_id)s))
  GROUP BY 1, 2
), closed AS (
    SELECT level_id, day, sum(units) OVER levels AS available,
           coalesce(lead(day) OVER levels, %(origin)s::date) AS until
      FROM moved
    WINDOW levels AS (PARTITION BY level_id ORDER BY day)
), empty AS (
    SELECT level_id, greatest(day, %(first)s::date) AS day, until
      FROM closed WHERE available <= 0 AND until > %(first)s::date
)
SELECT level.sku_id, level.warehouse_id, (%(origin)s::date - 1 - at::date) / 7 AS week,
       count(*) AS days
  FROM empty
  JOIN inventory_stocklevel AS level ON level.id = empty.level_id
 CROSS JOIN LATERAL generate_series(empty.day, empty.until - 1, interval '1 day') AS at
GROUP BY 1, 2, 3
