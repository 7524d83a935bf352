-- Note units that were picked of one fulfillment line, if it is being picked and wants so many.
-- One statement, for a scanner waits for it. The order is locked first, then the work, as always.
WITH work AS MATERIALIZED (
    SELECT f.id, f.warehouse_id, f.status
      FROM orders_fulfillmentorder AS f JOIN orders_order AS o ON o.id = f.order_id
     WHERE f.id = %(fulfillment_id)s
       FOR NO KEY UPDATE OF o, f
), picked AS (
    UPDATE orders_fulfillmentline AS line
       SET units_picked = line.units_picked + %(units)s
      FROM work
     WHERE line.id = %(line_id)s AND line.fulfillment_id = work.id AND work.status = 'picking'
       AND %(units)s BETWEEN 1 AND line.units - line.units_picked
 RETURNING line.id
)
SELECT work.warehouse_id, EXISTS (SELECT FROM picked) AS done FROM work
