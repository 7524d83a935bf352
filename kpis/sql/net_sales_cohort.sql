-- As net_sales, but what is cancelled or comes back later lowers the day of the order.
WITH priced AS (
    SELECT o.id, o.channel_id, o.warehouse_id, o.placed_at, o.cancelled_at, o.subtotal, o.discount,
           o.tax, o.rate * coalesce((%(scales)s::jsonb ->> o.currency)::numeric, %(scale)s) AS scale
      FROM orders_order AS o
     WHERE NOT o.test AND o.placed_at >= %(lower)s AND o.placed_at < %(upper)s
), entries AS (
    SELECT 'order' AS kind, id, placed_at, channel_id, warehouse_id, 'sales' AS part,
           round(subtotal * scale) AS num
      FROM priced
 UNION ALL
    SELECT 'order', id, placed_at, channel_id, warehouse_id, 'discounts',
           -round(discount * scale)
      FROM priced WHERE discount <> 0
 UNION ALL
    SELECT 'order', id, placed_at, channel_id, warehouse_id, 'cancelled',
           round(discount * scale) - round(subtotal * scale)
      FROM priced WHERE cancelled_at IS NOT NULL
 UNION ALL
    SELECT 'order', p.id, p.placed_at, p.channel_id, p.warehouse_id, 'cancelled',
           -round(sum(c.amount) * p.scale)
      FROM orders_cancelledunits AS c
      JOIN priced AS p ON p.id = c.order_id AND p.cancelled_at IS NULL
  GROUP BY p.id, p.placed_at, p.channel_id, p.warehouse_id, p.scale
 UNION ALL
    SELECT 'refund', r.id, p.placed_at, p.channel_id, p.warehouse_id, 'returns',
           -round(r.company_amount::numeric * (r.amount - r.shipping) / r.amount
                  * coalesce((p.subtotal - p.discount)::numeric
                             / nullif(p.subtotal - p.discount + p.tax, 0), 1))
      FROM returns_refund AS r
      JOIN priced AS p ON p.id = r.order_id
     WHERE r.state = 'done' AND r.kind = 'return'
)
SELECT kind, id, placed_at AS at, (placed_at AT TIME ZONE %(zone)s)::date AS day, channel_id,
       warehouse_id, part, num, 0::numeric AS den, NULL::float AS value
  FROM entries
