-- Refunds that are done, and not once in their order's ledger with the same amount.
SELECT refund.number, refund.amount, refund.currency, orders.number AS order_number,
       event.amount AS booked
  FROM returns_refund AS refund
  JOIN orders_order AS orders ON orders.id = refund.order_id
  LEFT JOIN (SELECT order_id, gateway, reference, sum(amount)::bigint AS amount
               FROM orders_paymentevent WHERE kind = 'refunded'
           GROUP BY order_id, gateway, reference) AS event
    ON event.order_id = refund.order_id AND event.gateway = refund.gateway
   AND event.reference = refund.gateway_ref
 WHERE refund.state = 'done' AND refund.amount IS DISTINCT FROM event.amount
