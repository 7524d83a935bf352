-- What becomes of the lines in a range of the file's orders: rows and value by outcome.
-- Asked after import_orders.sql has found the new ones, and before they are written.
SELECT CASE WHEN line.verdict = 'aside' THEN 'set_aside'
            WHEN line.verdict <> 'return' AND fresh.id IS NULL
              OR credit.channel_ref IS NOT NULL THEN 'already'
            WHEN line.verdict = 'goods' THEN 'imported'
            WHEN line.verdict = 'charge' THEN 'charges'
            ELSE 'returns' END AS outcome,
       count(*) AS rows, coalesce(sum(line.units * line.price), 0) AS value,
       count(DISTINCT line.order_no) AS orders,
       count(DISTINCT (line.order_no, upper(line.code), line.price)) AS distinct_lines
  FROM orders_importline AS line
LEFT JOIN import_order AS fresh ON fresh.order_no = line.order_no
LEFT JOIN LATERAL (SELECT channel_ref FROM orders_importedreturnline AS earlier
                    WHERE earlier.channel_id = %(channel_id)s
                      AND earlier.channel_ref = line.channel_ref LIMIT 1) AS credit
    ON line.verdict = 'return'
 WHERE line.batch_id = %(batch_id)s AND line.order_no BETWEEN %(first)s AND %(last)s
GROUP BY 1
