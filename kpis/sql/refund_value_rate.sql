-- Refunded money over net sales, both of the orders placed on a day; goodwill is a part of its own.
WITH sold AS (
    SELECT o.id, o.channel_id, o.warehouse_id, o.placed_at, o.subtotal, o.discount, o.tax, o.status,
           o.rate * coalesce((%(scales)s::jsonb ->> o.currency)::numeric, %(scale)s) AS scale
      FROM orders_order AS o
     WHERE NOT o.test AND o.placed_at >= %(lower)s AND o.placed_at < %(upper)s
), refunded AS (
    SELECT r.id, r.order_id, r.kind, r.company_amount,
           CASE r.kind WHEN 'return' THEN
                round(r.company_amount::numeric * (r.amount - r.shipping) / r.amount
                      * coalesce((sold.subtotal - sold.discount)::numeric
                                 / nullif(sold.subtotal - sold.discount + sold.tax, 0), 1))
                ELSE 0 END AS goods
      FROM returns_refund AS r JOIN sold ON sold.id = r.order_id
     WHERE r.state = 'done'
), entries AS (
    SELECT 'refund' AS kind, r.id, sold.placed_at, sold.channel_id, sold.warehouse_id,
           r.kind::text AS part, r.company_amount::numeric AS num, 0::numeric AS den
      FROM refunded AS r JOIN sold ON sold.id = r.order_id
 UNION ALL
    SELECT 'order', sold.id, sold.placed_at, sold.channel_id, sold.warehouse_id, 'net_sales', 0,
           CASE sold.status WHEN 'cancelled' THEN 0
                ELSE round(sold.subtotal * scale) - round(sold.discount * scale)
                     - coalesce((SELECT round(sum(amount) * scale) FROM orders_cancelledunits
                                  WHERE order_id = sold.id), 0) END
           - coalesce((SELECT sum(goods) FROM refunded WHERE order_id = sold.id), 0)
      FROM sold
)
SELECT kind, id, placed_at AS at, (placed_at AT TIME ZONE %(zone)s)::date AS day, channel_id,
       warehouse_id, part, num, den, NULL::float AS value
  FROM entries
