-- Everything the rules look at, for a whole batch of orders in one statement. Null means that it
-- is not known: no rule may read it as "no". Windows reach back from the moment of the order.
WITH wanted AS (
    SELECT o.*, c.created_at AS customer_since, lower(split_part(c.email, '@', 2)) AS email_domain,
           bill.country AS bill_country
      FROM orders_order AS o
      JOIN orders_customer AS c ON c.id = o.customer_id
 LEFT JOIN orders_address AS bill ON bill.id = o.bill_to_id
     WHERE o.id = ANY(%(order_ids)s)
), norms AS (  -- the channel's latest orders say what is usual there
    SELECT channels.channel_id, count(*) AS sample,
           percentile_cont(0.5) WITHIN GROUP (ORDER BY recent.company_total) AS median,
           percentile_cont(0.95) WITHIN GROUP (ORDER BY recent.company_total) AS p95
      FROM (SELECT DISTINCT channel_id FROM wanted) AS channels,
           LATERAL (SELECT id, company_total FROM orders_order
                     WHERE channel_id = channels.channel_id AND NOT test
                  ORDER BY placed_at DESC, id DESC LIMIT 500) AS recent
     WHERE recent.id <> ALL(%(order_ids)s)
  GROUP BY channels.channel_id
)
SELECT w.id AS order_id, w.company_total AS amount,
       norms.sample AS norm_sample, norms.median AS norm_median, norms.p95 AS norm_p95,
       w.country AS ship_country, nullif(w.bill_country, '') AS bill_country,
       nullif(w.email_domain, '') AS email_domain, w.service,
       (w.ip IS NOT NULL) AS ip_known, (w.device <> '') AS device_known,
       extract(hour FROM w.placed_at AT TIME ZONE %(zone)s)::int AS hour,
       customer.orders AS customer_orders, customer.delivered AS customer_delivered,
       customer.bad AS customer_bad, customer.recent AS customer_recent,
       extract(epoch FROM w.placed_at - least(w.customer_since, customer.first_at))::float / 86400
           AS customer_days,
       address.recent AS address_recent, address.customers AS address_customers,
       device.recent AS device_recent, device.customers AS device_customers,
       ip.recent AS ip_recent, ip.customers AS ip_customers,
       pay.avs, pay.cvv, pay.failed AS payments_failed,
       line.units_of_one, line.skus
  FROM wanted AS w
  LEFT JOIN norms ON norms.channel_id = w.channel_id
  CROSS JOIN LATERAL (
       SELECT count(*) AS orders, min(o.placed_at) AS first_at,
              count(*) FILTER (WHERE o.fulfillment_status = 'delivered') AS delivered,
              count(*) FILTER (WHERE o.payment_status = 'chargeback' OR risk.state = 'rejected')
                  AS bad,
              count(*) FILTER (WHERE o.placed_at > w.placed_at - %(window)s) AS recent
         FROM (SELECT id, placed_at, fulfillment_status, payment_status FROM orders_order
                WHERE customer_id = w.customer_id AND id <> w.id AND NOT test
                  AND placed_at <= w.placed_at
             ORDER BY placed_at DESC LIMIT 200) AS o
    LEFT JOIN fraud_orderrisk AS risk ON risk.order_id = o.id) AS customer
  LEFT JOIN LATERAL (
       SELECT count(*) AS recent, count(DISTINCT o.customer_id) AS customers
         FROM fraud_trace AS mine
         JOIN fraud_trace AS other
           ON other.kind = mine.kind AND other.digest = mine.digest AND other.order_id <> w.id
          AND other.placed_at > w.placed_at - %(window)s AND other.placed_at <= w.placed_at
         JOIN orders_order AS o ON o.id = other.order_id AND NOT o.test
        WHERE mine.order_id = w.id AND mine.kind = 'address') AS address
         ON EXISTS (SELECT FROM fraud_trace WHERE order_id = w.id AND kind = 'address')
  LEFT JOIN LATERAL (
       SELECT count(*) FILTER (WHERE placed_at > w.placed_at - %(window)s) AS recent,
              count(DISTINCT customer_id) FILTER (WHERE customer_id <> w.customer_id) AS customers
         FROM (SELECT placed_at, customer_id FROM orders_order
                WHERE device = w.device AND id <> w.id AND NOT test
                  AND placed_at <= w.placed_at AND placed_at > w.placed_at - %(long_window)s
             ORDER BY placed_at DESC LIMIT 200) AS o) AS device ON w.device <> ''
  LEFT JOIN LATERAL (
       SELECT count(*) FILTER (WHERE placed_at > w.placed_at - %(window)s) AS recent,
              count(DISTINCT customer_id) FILTER (WHERE customer_id <> w.customer_id) AS customers
         FROM (SELECT placed_at, customer_id FROM orders_order
                WHERE ip = w.ip AND id <> w.id AND NOT test
                  AND placed_at <= w.placed_at AND placed_at > w.placed_at - %(long_window)s
             ORDER BY placed_at DESC LIMIT 200) AS o) AS ip ON w.ip IS NOT NULL
  CROSS JOIN LATERAL (
       SELECT (array_agg(avs ORDER BY id DESC) FILTER (WHERE avs <> ''))[1] AS avs,
              (array_agg(cvv ORDER BY id DESC) FILTER (WHERE cvv <> ''))[1] AS cvv,
              count(*) FILTER (WHERE kind = 'failed') AS failed
         FROM orders_paymentevent WHERE order_id = w.id) AS pay
  CROSS JOIN LATERAL (
       SELECT max(units) AS units_of_one, count(DISTINCT sku_id) AS skus
         FROM (SELECT sku_id, sum(units) AS units FROM orders_orderline
                WHERE order_id = w.id GROUP BY sku_id, channel_sku) AS item) AS line
