-- Lines of open orders whose units are not all accounted for: promised, short, cancelled or
-- shipped (one that was lost is wanted once more); and lines that the warehouses were given other units of than they say.
WITH held AS (
    SELECT holder_id, sum(units) AS units FROM inventory_allocation
     WHERE holder_kind = 'order_line' GROUP BY holder_id
), released AS (
    SELECT line.order_line_id, sum(line.units) AS units
      FROM orders_fulfillmentline AS line
      JOIN orders_fulfillmentorder AS f ON f.id = line.fulfillment_id
     WHERE f.status <> 'cancelled' GROUP BY line.order_line_id
)
SELECT o.number, line.position, line.units, line.units_short, line.units_cancelled,
       line.units_shipped, line.units_lost, coalesce(held.units, 0) AS held,
       coalesce(released.units, 0) AS released, line.units_released
  FROM orders_orderline AS line
  JOIN orders_order AS o ON o.id = line.order_id
LEFT JOIN held ON held.holder_id = line.id
LEFT JOIN released ON released.order_line_id = line.id
 WHERE NOT o.historical AND line.sku_id IS NOT NULL
   AND (line.units + line.units_lost <> coalesce(held.units, 0) + line.units_short + line.units_cancelled
                      + line.units_shipped
        OR (o.status <> 'cancelled' AND line.units_released <> coalesce(released.units, 0)))
LIMIT 1000
