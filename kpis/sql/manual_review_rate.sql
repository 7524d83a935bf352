-- One row per order, on the day it was first scored, however often it was scored again.
SELECT 'risk' AS kind, risk.id, risk.first_scored_at AS at,
       (risk.first_scored_at AT TIME ZONE %(zone)s)::date AS day, risk.channel_id,
       NULL::bigint AS warehouse_id, risk.policy AS part,
       CASE WHEN risk.review_at IS NULL THEN 0 ELSE 1 END::numeric AS num, 1::numeric AS den,
       NULL::float AS value
  FROM fraud_orderrisk AS risk
  JOIN orders_order AS o ON o.id = risk.order_id AND NOT o.test
 WHERE risk.first_scored_at >= %(lower)s AND risk.first_scored_at < %(upper)s
