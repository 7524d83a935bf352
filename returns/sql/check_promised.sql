-- Orders of which more is given back or promised than was captured.
SELECT orders.number, ledger.captured, ledger.refunded, promised.amount AS promised
  FROM (SELECT order_id, sum(amount)::bigint AS amount FROM returns_refund
         WHERE state IN ('waiting', 'in_doubt') GROUP BY order_id) AS promised
  JOIN orders_order AS orders ON orders.id = promised.order_id
  JOIN LATERAL (
       SELECT coalesce(sum(amount) FILTER (WHERE kind = 'captured'), 0)::bigint AS captured,
              coalesce(sum(amount) FILTER (WHERE kind = 'refunded'), 0)::bigint AS refunded
         FROM orders_paymentevent AS event WHERE event.order_id = promised.order_id) AS ledger
    ON true
 WHERE ledger.refunded + promised.amount > ledger.captured
