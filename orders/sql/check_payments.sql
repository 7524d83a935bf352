-- Orders that gave back more than they took, or whose payment status the ledger does not bear out.
WITH ledger AS (
    SELECT order_id,
           coalesce(sum(amount) FILTER (WHERE kind = 'authorized'), 0)
           - coalesce(sum(amount) FILTER (WHERE kind = 'voided'), 0) AS authorized,
           coalesce(sum(amount) FILTER (WHERE kind = 'captured'), 0) AS captured,
           coalesce(sum(amount) FILTER (WHERE kind = 'refunded'), 0) AS refunded,
           coalesce(sum(amount) FILTER (WHERE kind = 'chargeback'), 0) AS chargeback
      FROM orders_paymentevent GROUP BY order_id
), derived AS (
    SELECT o.number, o.payment_status, coalesce(captured, 0) AS captured,
           coalesce(refunded, 0) + coalesce(chargeback, 0) AS given_back,
           CASE WHEN chargeback > 0 THEN 'chargeback'
                WHEN refunded > 0 AND refunded >= captured THEN 'refunded'
                WHEN refunded > 0 THEN 'part_refunded'
                WHEN coalesce(captured, 0) >= o.total THEN 'paid'
                WHEN coalesce(authorized, 0) >= o.total THEN 'authorized'
                ELSE 'unpaid' END AS status
      FROM orders_order AS o LEFT JOIN ledger ON ledger.order_id = o.id
)
SELECT number, payment_status, status, captured, given_back
  FROM derived
 WHERE status <> payment_status OR given_back > captured
LIMIT 1000
