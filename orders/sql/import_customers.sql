-- Customers of a chunk that nobody has met yet; one guest per channel for those without a name tag.
INSERT INTO orders_customer (public_id, name, email, email_key, external_ref, phone, company, note,
                             updated_at)
SELECT substr(replace(gen_random_uuid()::text, '-', ''), 17),
       max(CASE WHEN customer_name <> '' THEN customer_name
                WHEN email <> '' THEN left(email, 200)
                WHEN customer_ref <> '' THEN 'Customer ' || customer_ref
                ELSE 'Guest of ' || %(channel_code)s END),
       coalesce(max(email), ''), nullif(lower(email), ''),
       CASE WHEN email = ''
            THEN %(channel_code)s || ':' || coalesce(nullif(max(customer_ref), ''), 'guest') END,
       max(phone), '', '', statement_timestamp()
  FROM orders_importline
 WHERE batch_id = %(batch_id)s AND order_no BETWEEN %(first)s AND %(last)s
   AND verdict IN ('goods', 'charge', 'return')
GROUP BY lower(email), email, CASE WHEN email = '' THEN customer_ref END
    ON CONFLICT DO NOTHING
