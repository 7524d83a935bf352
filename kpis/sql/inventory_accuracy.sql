-- One row per SKU of a posted count: was there what the books said (less what pickers had in hand)?
SELECT 'count_line' AS kind, line.id, c.ended_at AS at,
       (c.ended_at AT TIME ZONE %(zone)s)::date AS day, NULL::bigint AS channel_id, c.warehouse_id,
       c.why AS part,
       CASE WHEN line.counted = line.expected THEN 1 ELSE 0 END::numeric AS num, 1::numeric AS den,
       NULL::float AS value
  FROM inventory_stockcount AS c
  JOIN inventory_countline AS line ON line.count_id = c.id AND line.counted IS NOT NULL
 WHERE c.status = 'posted' AND c.ended_at >= %(lower)s AND c.ended_at < %(upper)s
