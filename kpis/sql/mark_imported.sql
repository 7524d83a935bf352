-- Mark the days of imported orders; stock that moved in the past changes every day since that
-- has been rolled up.
WITH told AS (SELECT unnest(%(days)s::date[]) AS day)
INSERT INTO kpis_dirtyday (source, day)
SELECT 'orders', day FROM told
 UNION ALL
SELECT 'returns', day FROM told
 UNION ALL
SELECT 'stock', day::date
  FROM (SELECT min(day) AS first, max(day) AS last FROM told) AS span,
       generate_series(span.first, span.last, interval '1 day') AS day
 UNION ALL
SELECT 'stock', rolled.day
  FROM (SELECT max(day) AS last FROM told) AS span
  JOIN kpis_rolledday AS rolled ON rolled.metric = 'stockout_rate' AND rolled.day > span.last
