-- Facts of orders by the service that the customer asked for.
SELECT fact.*, coalesce(o.service, '') AS slice
  FROM (/*facts*/) AS fact
  LEFT JOIN orders_order AS o ON fact.kind = 'order' AND o.id = fact.id
