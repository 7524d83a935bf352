-- Credit lines of a chunk, for returns to match; what was read before is left alone.
INSERT INTO orders_importedreturnline (batch_id, channel_id, channel_ref, position, row_number,
       customer_id, sku_id, channel_sku, title, units, currency, amount, processed_at, state, reason)
SELECT %(batch_id)s, %(channel_id)s, channel_ref, position, row_number, customer_id, sku_id, code,
       title, units, %(currency)s, (CASE WHEN value * %(factor)s - trunc(value * %(factor)s) IN (0.5, -0.5)
             THEN 2 * round(value * %(factor)s / 2) ELSE round(value * %(factor)s) END)::bigint, placed_at, 'waiting', ''
  FROM (SELECT line.channel_ref, line.row_number, line.code, line.title, -line.units AS units,
               -line.units * line.price AS value, line.placed_at, coalesce(by_mail.id, by_ref.id) AS customer_id,
               CASE WHEN line.charge = '' THEN listing.sku_id END AS sku_id,
               row_number() OVER (PARTITION BY line.order_no ORDER BY line.row_number) AS position
          FROM orders_importline AS line
     LEFT JOIN inventory_listing AS listing
            ON listing.channel_id = %(channel_id)s AND listing.channel_sku = line.code
     LEFT JOIN orders_customer AS by_mail ON by_mail.email_key = nullif(lower(line.email), '')
     LEFT JOIN orders_customer AS by_ref
            ON by_ref.external_ref = CASE WHEN line.email = '' AND line.customer_ref <> ''
                                          THEN %(channel_code)s || ':' || line.customer_ref END
         WHERE line.batch_id = %(batch_id)s AND line.verdict = 'return'
           AND line.order_no BETWEEN %(first)s AND %(last)s) AS credit
ORDER BY row_number
    ON CONFLICT (channel_id, channel_ref, position) DO NOTHING
RETURNING row_number
