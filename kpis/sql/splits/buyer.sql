-- Facts of orders by whether their customer had ordered before.
SELECT fact.*,
       CASE WHEN EXISTS (SELECT FROM orders_order AS before
                          WHERE before.customer_id = o.customer_id AND NOT before.test
                            AND before.placed_at < o.placed_at)
            THEN 'returning' ELSE 'new' END AS slice
  FROM (/*facts*/) AS fact
  JOIN orders_order AS o ON o.id = fact.id
