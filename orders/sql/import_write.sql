-- Write the new orders of a chunk as the past: closed, delivered, paid. See import_orders.sql.
WITH lines AS (
    SELECT order_id, sum(total)::bigint AS subtotal FROM import_item GROUP BY order_id
), extras AS (
    SELECT order_id,
           coalesce(sum(total) FILTER (WHERE kind = 'shipping'), 0)::bigint AS shipping,
           coalesce(sum(total) FILTER (WHERE kind = 'discount'), 0)::bigint AS discount,
           coalesce(sum(total) FILTER (WHERE kind IN ('fee', 'adjustment')), 0)::bigint AS fees
      FROM import_charge GROUP BY order_id
), priced AS (
    SELECT import_order.*, coalesce(lines.subtotal, 0) AS subtotal,
           coalesce(extras.shipping, 0) AS shipping, coalesce(extras.discount, 0) AS discount,
           coalesce(extras.fees, 0) AS fees,
           coalesce(lines.subtotal, 0) + coalesce(extras.shipping, 0)
           - coalesce(extras.discount, 0) + coalesce(extras.fees, 0) AS total
      FROM import_order
 LEFT JOIN lines ON lines.order_id = import_order.id
 LEFT JOIN extras ON extras.order_id = import_order.id
), addresses AS (
    INSERT INTO orders_address (id, customer_id, name, company, line1, line2, city, region,
                                postal_code, country, phone, problem)
    SELECT address_id, customer_id, name, '', line1, line2, city, region, postal_code,
           coalesce(nullif(country, ''), 'XX'), phone, ''
      FROM import_order ORDER BY address_id
), orders AS (
    INSERT INTO orders_order (id, public_id, number, channel_id, channel_ref, customer_id,
           ship_to_id, country, status, payment_status, fulfillment_status, return_status, why_code,
           warehouse_id, service, currency, rate, subtotal, discount, shipping, fees, tax, total,
           company_total, placed_at, ship_by, closed_at, cancel_reason, historical, test, device,
           version)
    SELECT id, substr(replace(gen_random_uuid()::text, '-', ''), 17), number::text, %(channel_id)s,
           channel_ref, customer_id, address_id, coalesce(nullif(country, ''), 'XX'), 'closed',
           CASE WHEN %(paid)s THEN 'paid' ELSE 'unpaid' END, 'delivered', 'none', '',
           %(warehouse_id)s, '', %(currency)s, %(rate)s, subtotal, discount, shipping, fees, 0,
           total, round(total * %(rate)s * %(rescale)s)::bigint, placed_at,
           placed_at + %(handling)s, placed_at, '', true, false, '', 1
      FROM priced ORDER BY id
 RETURNING id, total, placed_at, channel_ref
), items AS (
    INSERT INTO orders_orderline (order_id, position, sku_id, channel_sku, title, units, unit_price,
           total, discount, tax, units_short, units_cancelled, units_released, units_shipped,
           units_returned)
    SELECT order_id, position, sku_id, code, title, units, price, total, 0, 0, 0, 0, units, units, 0
      FROM import_item ORDER BY order_id, position
), charges AS (
    INSERT INTO orders_ordercharge (order_id, kind, code, title, amount)
    SELECT order_id, kind, left(code, 32), title, CASE kind WHEN 'discount' THEN -total ELSE total END
      FROM import_charge
), payments AS (
    INSERT INTO orders_paymentevent (order_id, kind, amount, gateway, reference, avs, cvv,
                                     happened_at)
    SELECT id, 'captured', total, 'import', channel_ref, '', '', placed_at
      FROM orders WHERE %(paid)s AND total > 0
)
SELECT count(*) AS orders,
       array_agg(DISTINCT (placed_at AT TIME ZONE %(zone)s)::date::text) AS days FROM orders
