-- Write a checked and priced order; the function is in orders/migrations.
SELECT orders_place(%(doc)s::jsonb) AS made
