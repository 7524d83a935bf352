-- Mark the day on which a count of stock was posted.
INSERT INTO kpis_dirtyday (source, day)
SELECT 'counts', (ended_at AT TIME ZONE %(zone)s)::date
  FROM inventory_stockcount WHERE id = %(count_id)s AND ended_at IS NOT NULL
