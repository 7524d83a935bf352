-- Captures that are done, and not once in their order's ledger with the same amount.
SELECT capture.number, capture.amount, orders.number AS order_number, event.amount AS booked
  FROM returns_capture AS capture
  JOIN orders_order AS orders ON orders.id = capture.order_id
  LEFT JOIN orders_paymentevent AS event
    ON event.order_id = capture.order_id AND event.kind = 'captured'
   AND event.gateway = capture.gateway AND event.reference = capture.gateway_ref
 WHERE capture.state = 'done' AND capture.amount IS DISTINCT FROM event.amount
