-- Other orders that share something with this one; each kind of link walks an index of its own.
WITH mine AS (
    SELECT id, customer_id, device, ip FROM orders_order WHERE id = %(order_id)s
), links AS (
    (SELECT o.id, 'customer' AS by FROM orders_order AS o, mine
      WHERE o.customer_id = mine.customer_id AND o.id <> mine.id AND NOT o.test
   ORDER BY o.placed_at DESC LIMIT %(most)s)
 UNION ALL
    (SELECT o.id, 'device' FROM orders_order AS o, mine
      WHERE mine.device <> '' AND o.device = mine.device AND o.id <> mine.id AND NOT o.test
   ORDER BY o.placed_at DESC LIMIT %(most)s)
 UNION ALL
    (SELECT o.id, 'IP address' FROM orders_order AS o, mine
      WHERE o.ip = mine.ip AND o.id <> mine.id AND NOT o.test
   ORDER BY o.placed_at DESC LIMIT %(most)s)
 UNION ALL
    (SELECT other.order_id, CASE other.kind WHEN 'email' THEN 'e-mail' ELSE other.kind END
       FROM fraud_trace AS own
       JOIN fraud_trace AS other ON other.kind = own.kind AND other.digest = own.digest
      WHERE own.order_id = %(order_id)s AND other.order_id <> own.order_id
   ORDER BY other.placed_at DESC LIMIT 3 * %(most)s)
)
SELECT id AS order_id, array_agg(DISTINCT by ORDER BY by) AS by
  FROM links GROUP BY id ORDER BY count(DISTINCT by) DESC, id DESC LIMIT %(most)s
