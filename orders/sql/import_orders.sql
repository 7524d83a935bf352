-- The new orders of a chunk and their lines, into two temporary tables. Lines of one SKU at one
-- price are merged; an order that the channel has had before is left alone.
DROP TABLE IF EXISTS pg_temp.import_order, pg_temp.import_item, pg_temp.import_charge;

CREATE TEMPORARY TABLE import_order ON COMMIT DROP AS
SELECT fresh.*, coalesce(by_mail.id, by_ref.id) AS customer_id,
       nextval('orders_order_id_seq') AS id, nextval('orders_address_id_seq') AS address_id,
       nextval('orders_number_seq') AS number
  FROM (SELECT order_no, min(channel_ref) AS channel_ref, min(placed_at) AS placed_at,
               max(customer_ref) AS customer_ref, max(lower(email)) AS email_key,
               max(customer_name) AS name, max(line1) AS line1, max(line2) AS line2,
               max(city) AS city, max(region) AS region, max(postal_code) AS postal_code,
               max(country) AS country, max(phone) AS phone
          FROM orders_importline AS line
         WHERE batch_id = %(batch_id)s AND order_no BETWEEN %(first)s AND %(last)s
           AND verdict IN ('goods', 'charge')
           AND NOT EXISTS (SELECT FROM orders_order AS known
                            WHERE known.channel_id = %(channel_id)s
                              AND known.channel_ref = line.channel_ref)
      GROUP BY order_no) AS fresh
  LEFT JOIN orders_customer AS by_mail ON by_mail.email_key = nullif(fresh.email_key, '')
  LEFT JOIN orders_customer AS by_ref
    ON by_ref.external_ref = CASE WHEN fresh.email_key = '' THEN %(channel_code)s || ':'
                                  || coalesce(nullif(fresh.customer_ref, ''), 'guest') END
ORDER BY order_no;

ANALYZE import_order;

CREATE TEMPORARY TABLE import_item ON COMMIT DROP AS
SELECT *, row_number() OVER (PARTITION BY order_id ORDER BY row_number) AS position,
       (CASE WHEN value * %(factor)s - trunc(value * %(factor)s) IN (0.5, -0.5)
             THEN 2 * round(value * %(factor)s / 2) ELSE round(value * %(factor)s) END)::bigint AS total
  FROM (SELECT import_order.id AS order_id, listing.sku_id, min(line.code) AS code,
               max(line.title) AS title, line.price, sum(line.units)::int AS units,
               min(line.row_number) AS row_number, count(*) AS rows,
               sum(line.units) * line.price AS value
          FROM orders_importline AS line
          JOIN import_order ON import_order.order_no = line.order_no
          JOIN inventory_listing AS listing
            ON listing.channel_id = %(channel_id)s AND listing.channel_sku = line.code
         WHERE line.batch_id = %(batch_id)s AND line.verdict = 'goods'
           AND line.order_no BETWEEN %(first)s AND %(last)s
      GROUP BY import_order.id, listing.sku_id, line.price,
               CASE WHEN listing.sku_id IS NULL THEN line.code END) AS merged;

CREATE TEMPORARY TABLE import_charge ON COMMIT DROP AS
SELECT *, (CASE WHEN value * %(factor)s - trunc(value * %(factor)s) IN (0.5, -0.5)
             THEN 2 * round(value * %(factor)s / 2) ELSE round(value * %(factor)s) END)::bigint AS total
  FROM (SELECT import_order.id AS order_id, line.charge AS kind, line.code, line.title,
               line.units * line.price AS value
          FROM orders_importline AS line
          JOIN import_order ON import_order.order_no = line.order_no
         WHERE line.batch_id = %(batch_id)s AND line.verdict = 'charge'
           AND line.order_no BETWEEN %(first)s AND %(last)s) AS priced;

ANALYZE import_item;
