-- Lines that say other units are preordered than wait in preorders for them, or lie there to be
-- claimed.
WITH waits AS (
    SELECT preorder.holder_id AS line_id,
           sum(preorder.units - preorder.units_filled + coalesce(held.units, 0)) AS units
      FROM inventory_preorder AS preorder
      LEFT JOIN (SELECT holder_id, sum(units) AS units FROM inventory_allocation
                  WHERE holder_kind = 'preorder' GROUP BY holder_id) AS held
             ON held.holder_id = preorder.id
     WHERE preorder.holder_kind = 'order_line'
  GROUP BY preorder.holder_id
    HAVING sum(preorder.units - preorder.units_filled + coalesce(held.units, 0)) > 0
), said AS (
    SELECT id AS line_id, units_preordered AS units
      FROM orders_orderline WHERE units_preordered > 0
)
SELECT o.number, line.position, line_id AS id, coalesce(said.units, 0) AS units_preordered,
       coalesce(waits.units, 0)::bigint AS waiting
  FROM waits FULL JOIN said USING (line_id)
  LEFT JOIN orders_orderline AS line ON line.id = line_id
  LEFT JOIN orders_order AS o ON o.id = line.order_id
 WHERE coalesce(said.units, 0) <> coalesce(waits.units, 0)
LIMIT 1000
