-- How far orders are returned and paid, after credits were booked.
UPDATE orders_order AS orders
   SET return_status = CASE WHEN units.back >= units.shipped THEN 'returned' ELSE 'partly' END,
       payment_status = CASE WHEN money.refunded = 0 THEN orders.payment_status
                             WHEN money.refunded >= money.captured THEN 'refunded'
                             ELSE 'part_refunded' END,
       updated_at = statement_timestamp(),
       version = version + 1
  FROM (SELECT order_id, sum(units_shipped) AS shipped, sum(units_returned) AS back
          FROM orders_orderline WHERE order_id = ANY(%(order_ids)s) GROUP BY order_id) AS units
  JOIN (SELECT order_id,
               coalesce(sum(amount) FILTER (WHERE kind = 'captured'), 0) AS captured,
               coalesce(sum(amount) FILTER (WHERE kind = 'refunded'), 0) AS refunded
          FROM orders_paymentevent WHERE order_id = ANY(%(order_ids)s) GROUP BY order_id) AS money
 USING (order_id)
 WHERE orders.id = units.order_id
