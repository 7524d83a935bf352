-- Orders whose lines and charges do not add up to their parts.
WITH lines AS (
    SELECT order_id, sum(total) AS subtotal, sum(discount) AS discount, sum(tax) AS tax
      FROM orders_orderline GROUP BY order_id
), charges AS (
    SELECT order_id,
           coalesce(sum(amount) FILTER (WHERE kind = 'shipping'), 0) AS shipping,
           coalesce(sum(-amount) FILTER (WHERE kind = 'discount'), 0) AS discount,
           coalesce(sum(amount) FILTER (WHERE kind NOT IN ('shipping', 'discount')), 0) AS fees
      FROM orders_ordercharge GROUP BY order_id
)
SELECT o.number, o.subtotal, coalesce(lines.subtotal, 0) AS lines
  FROM orders_order AS o
LEFT JOIN lines ON lines.order_id = o.id
LEFT JOIN charges ON charges.order_id = o.id
 WHERE o.subtotal <> coalesce(lines.subtotal, 0)
    OR o.discount <> coalesce(lines.discount, 0) + coalesce(charges.discount, 0)
    OR o.tax <> coalesce(lines.tax, 0)
    OR o.shipping <> coalesce(charges.shipping, 0)
    OR o.fees <> coalesce(charges.fees, 0)
LIMIT 1000
