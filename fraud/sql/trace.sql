-- Remember the keyed hashes by which orders are linked: once per order, for a whole batch.
-- What people type differently (case, spaces, dots in a mail address, "+shop") is made alike first.
WITH told AS (
    SELECT o.id, o.placed_at,
           CASE WHEN a.line1 <> '' THEN
               regexp_replace(lower(concat(a.line1, a.line2, a.postal_code, a.country)),
                              '[^[:alnum:]]', '', 'g') END AS address,
           CASE WHEN c.email_key LIKE '%%@%%' THEN
               replace(split_part(split_part(c.email_key, '@', 1), '+', 1), '.', '')
               || '@' || split_part(c.email_key, '@', 2) END AS email,
           nullif(regexp_replace(coalesce(nullif(a.phone, ''), c.phone), '[^0-9]', '', 'g'), '')
               AS phone
      FROM orders_order AS o
      JOIN orders_address AS a ON a.id = o.ship_to_id
      JOIN orders_customer AS c ON c.id = o.customer_id
     WHERE o.id = ANY(%(order_ids)s)
), traces AS (
    SELECT id, placed_at, kind, value
      FROM told, LATERAL (VALUES ('address', address), ('email', email), ('phone', phone))
                         AS trace (kind, value)
     WHERE value IS NOT NULL AND length(value) > 5
)
INSERT INTO fraud_trace (order_id, kind, digest, placed_at)
SELECT id, kind, left(encode(sha256(convert_to(%(key)s || kind || value, 'UTF8')), 'hex'), 32),
       placed_at
  FROM traces
    ON CONFLICT (order_id, kind) DO UPDATE SET digest = excluded.digest
 WHERE fraud_trace.digest <> excluded.digest
