-- Make known to the channel every code that the batch sells or takes back: a listing for each,
-- and (rule "create") a product and SKU under the code in upper case where there is none. The code
-- of a SKU that was merged lists the one that is kept; one that is archived is not offered anew.
WITH wanted AS (
    SELECT code,
           mode() WITHIN GROUP (ORDER BY title) FILTER (WHERE title <> '') AS title,
           mode() WITHIN GROUP (ORDER BY price) FILTER (WHERE price > 0) AS price
      FROM orders_importline AS line
     WHERE batch_id = %(batch_id)s AND verdict IN ('goods', 'return') AND charge = ''
       AND NOT EXISTS (SELECT FROM inventory_listing AS listing
                        WHERE listing.channel_id = %(channel_id)s
                          AND listing.channel_sku = line.code)
  GROUP BY code
), fresh AS (
    SELECT upper(wanted.code) AS code, nextval('inventory_product_id_seq') AS product_id,
           coalesce(max(title), upper(wanted.code)) AS title, max(price) AS price
      FROM wanted
     WHERE %(create)s
       AND NOT EXISTS (SELECT FROM inventory_sku AS sku WHERE sku.code = upper(wanted.code))
  GROUP BY upper(wanted.code)
), products AS (
    INSERT INTO inventory_product (id, public_id, title, category, description)
    SELECT product_id, substr(replace(gen_random_uuid()::text, '-', ''), 17), title, '', ''
      FROM fresh
), skus AS (
    INSERT INTO inventory_sku (public_id, product_id, code, title, hs_code, origin_country,
                               unit_price, currency, active, updated_at)
    SELECT substr(replace(gen_random_uuid()::text, '-', ''), 17), product_id, code, title, '', '',
           price, %(currency)s, true, statement_timestamp()
      FROM fresh
 RETURNING id, code
), known AS (
    SELECT id, code, true AS sold FROM skus
     UNION ALL
    SELECT coalesce(merged_into_id, id), code, archived_at IS NULL OR merged_into_id IS NOT NULL
      FROM inventory_sku WHERE code IN (SELECT upper(code) FROM wanted)
)
INSERT INTO inventory_listing (public_id, channel_id, channel_sku, sku_id, title, active)
SELECT substr(replace(gen_random_uuid()::text, '-', ''), 17), %(channel_id)s, wanted.code,
       known.id, coalesce(wanted.title, ''), coalesce(known.sold, true)
  FROM wanted LEFT JOIN known ON known.code = upper(wanted.code)
    ON CONFLICT DO NOTHING
RETURNING sku_id
