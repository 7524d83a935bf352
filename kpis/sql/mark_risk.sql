-- Mark the day on which an order was first scored.
INSERT INTO kpis_dirtyday (source, day)
SELECT 'risk', (first_scored_at AT TIME ZONE %(zone)s)::date
  FROM fraud_orderrisk WHERE order_id = %(order_id)s
