-- Mark the days of imported credits, and of the orders that they belong to; their goods are in
-- stock on every day since.
INSERT INTO kpis_dirtyday (source, day)
SELECT 'returns', unnest(%(days)s::date[])
 UNION
SELECT 'returns', (o.placed_at AT TIME ZONE %(zone)s)::date
  FROM returns_returnauthorization AS rma JOIN orders_order AS o ON o.id = rma.order_id
 WHERE rma.channel_id = %(channel_id)s AND rma.historical
 UNION
SELECT 'stock', day
  FROM kpis_rolledday
 WHERE metric = 'stockout_rate' AND day >= (SELECT min(day) FROM unnest(%(days)s::date[]) AS day)
