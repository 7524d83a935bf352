-- Facts by the country that their order goes to.
SELECT fact.*, coalesce(o.country, '') AS slice
  FROM (/*facts*/) AS fact
  LEFT JOIN returns_refund AS refund ON fact.kind = 'refund' AND refund.id = fact.id
  LEFT JOIN orders_order AS o
         ON o.id = CASE fact.kind WHEN 'order' THEN fact.id ELSE refund.order_id END
