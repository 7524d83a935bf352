-- What the file held: every row, and the sum of its units times prices.
SELECT count(*) AS rows, coalesce(sum(units * price), 0) AS value
  FROM orders_importline WHERE batch_id = %(batch_id)s
