-- Mark the day of the order (cohorts) and every day on which it was refunded.
INSERT INTO kpis_dirtyday (source, day)
SELECT 'returns', (placed_at AT TIME ZONE %(zone)s)::date
  FROM orders_order WHERE id = %(order_id)s
 UNION
SELECT 'returns', %(today)s
 UNION
SELECT 'returns', (done_at AT TIME ZONE %(zone)s)::date
  FROM returns_refund WHERE order_id = %(order_id)s AND done_at IS NOT NULL
