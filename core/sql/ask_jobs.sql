-- Write wishes for work, as rows that collide with nobody's: see core/jobs.py.
INSERT INTO core_job (kind, key, state, not_before, attempts, last_error, request_id)
SELECT kind, key, 'asked', statement_timestamp() + wait, 0, '', request_id
  FROM unnest(
       %(kinds)s::text[], %(keys)s::text[], %(waits)s::interval[], %(request_ids)s::text[]
       ) AS wish (kind, key, wait, request_id)
