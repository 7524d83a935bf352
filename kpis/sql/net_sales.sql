-- Sales and discounts on the day of the order; cancellations and returns on the day they happened.
WITH priced AS (
    SELECT o.id, o.channel_id, o.warehouse_id, o.placed_at, o.cancelled_at, o.subtotal, o.discount,
           o.rate * coalesce((%(scales)s::jsonb ->> o.currency)::numeric, %(scale)s) AS scale
      FROM orders_order AS o
     WHERE NOT o.test
       AND (o.placed_at >= %(lower)s AND o.placed_at < %(upper)s
            OR o.cancelled_at >= %(lower)s AND o.cancelled_at < %(upper)s)
), entries AS (
    SELECT 'order' AS kind, id, placed_at AS at, channel_id, warehouse_id, 'sales' AS part,
           round(subtotal * scale) AS num
      FROM priced
 UNION ALL
    SELECT 'order', id, placed_at, channel_id, warehouse_id, 'discounts',
           -round(discount * scale)
      FROM priced WHERE discount <> 0
 UNION ALL
    SELECT 'order', id, cancelled_at, channel_id, warehouse_id, 'cancelled',
           round(discount * scale) - round(subtotal * scale)
           + coalesce((SELECT sum(num)  -- what was booked when units of it were given up
                         FROM (SELECT round(sum(amount) * scale) AS num FROM orders_cancelledunits
                                WHERE order_id = priced.id GROUP BY cancelled_at) AS before), 0)
      FROM priced WHERE cancelled_at IS NOT NULL
 UNION ALL
    SELECT 'order', o.id, c.cancelled_at, o.channel_id, o.warehouse_id, 'cancelled',
           -round(sum(c.amount) * o.rate
                  * coalesce((%(scales)s::jsonb ->> o.currency)::numeric, %(scale)s))
      FROM orders_cancelledunits AS c
      JOIN orders_order AS o ON o.id = c.order_id AND NOT o.test
     WHERE c.cancelled_at >= %(lower)s AND c.cancelled_at < %(upper)s
  GROUP BY o.id, c.cancelled_at
 UNION ALL
    SELECT 'refund', r.id, r.done_at, r.channel_id, rma.warehouse_id, 'returns',
           -round(r.company_amount::numeric * (r.amount - r.shipping) / r.amount
                  * coalesce((o.subtotal - o.discount)::numeric
                             / nullif(o.subtotal - o.discount + o.tax, 0), 1))
      FROM returns_refund AS r
      JOIN orders_order AS o ON o.id = r.order_id AND NOT o.test
 LEFT JOIN returns_returnauthorization AS rma ON rma.id = r.rma_id
     WHERE r.state = 'done' AND r.kind = 'return'
       AND r.done_at >= %(lower)s AND r.done_at < %(upper)s
)
SELECT kind, id, at, (at AT TIME ZONE %(zone)s)::date AS day, channel_id, warehouse_id, part, num,
       0::numeric AS den, NULL::float AS value
  FROM entries
 WHERE at >= %(lower)s AND at < %(upper)s
