-- Returned units, refunds (one per order and document) and the credits' own state, at once.
WITH credit AS (
    SELECT * FROM unnest(%(credit_ids)s::bigint[], %(order_ids)s::bigint[], %(line_ids)s::bigint[],
                         %(units)s::int[], %(amounts)s::bigint[], %(references)s::text[],
                         %(moments)s::timestamptz[])
           AS credit (credit_id, order_id, line_id, units, amount, reference, at)
), lines AS (
    UPDATE orders_orderline AS line
       SET units_returned = line.units_returned + back.units
      FROM (SELECT line_id, sum(units)::int AS units FROM credit GROUP BY line_id) AS back
     WHERE line.id = back.line_id
), money AS (
    INSERT INTO orders_paymentevent (order_id, kind, amount, gateway, reference, avs, cvv,
                                     happened_at)
    SELECT order_id, 'refunded', sum(amount)::bigint, %(gateway)s, reference, '', '', min(at)
      FROM credit
  GROUP BY order_id, reference
    HAVING sum(amount) > 0
  ORDER BY order_id, reference
        ON CONFLICT DO NOTHING
)
UPDATE orders_importedreturnline AS line
   SET state = 'matched'
 WHERE line.id IN (SELECT credit_id FROM credit)
