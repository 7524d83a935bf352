-- Orders whose ship-by moment has passed since: they now count against the day they were placed.
INSERT INTO kpis_dirtyday (source, day)
SELECT DISTINCT 'clock', (placed_at AT TIME ZONE %(zone)s)::date
  FROM orders_order
 WHERE status = 'open' AND ship_by >= %(since)s AND ship_by <= %(now)s
