-- Lines whose shipped units are not those of the fulfillment orders that have left, and orders
-- whose fulfillment status does not follow from their lines and fulfillment orders.
WITH work AS (
    SELECT f.order_id, line.order_line_id, f.status, line.units
      FROM orders_fulfillmentorder AS f
      JOIN orders_fulfillmentline AS line ON line.fulfillment_id = f.id
), sent AS (
    SELECT order_line_id, sum(units) AS units FROM work
     WHERE status IN ('shipped', 'delivered', 'lost') GROUP BY order_line_id
), lines AS (
    SELECT line.order_id, sum(line.units_shipped) AS shipped,
           sum(line.units + line.units_lost - line.units_cancelled) AS wanted,
           bool_or(line.units_shipped <> coalesce(sent.units, 0)) AS apart
      FROM orders_orderline AS line LEFT JOIN sent ON sent.order_line_id = line.id
  GROUP BY line.order_id
), live AS (
    SELECT order_id, bool_or(status NOT IN ('delivered', 'lost')) AS on_the_way,
           bool_or(status = 'delivered') AS arrived
      FROM orders_fulfillmentorder WHERE status <> 'cancelled' GROUP BY order_id
), derived AS (
    SELECT o.number, o.fulfillment_status, lines.shipped, lines.apart,
           CASE WHEN lines.shipped > 0 AND lines.shipped >= lines.wanted
                THEN CASE WHEN live.on_the_way THEN 'shipped'
                          WHEN live.arrived THEN 'delivered' ELSE 'lost' END
                WHEN lines.shipped > 0 THEN 'partly_shipped'
                WHEN live.order_id IS NOT NULL THEN 'released'
                ELSE 'none' END AS status
      FROM orders_order AS o
      JOIN lines ON lines.order_id = o.id
 LEFT JOIN live ON live.order_id = o.id
     WHERE NOT o.historical
)
SELECT number, fulfillment_status, status, shipped, apart
  FROM derived
 WHERE apart OR fulfillment_status <> status
LIMIT 1000
