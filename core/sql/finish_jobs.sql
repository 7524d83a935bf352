-- Jobs are done; only those that the attempt still owns.
UPDATE core_job AS job
   SET state = 'done', lease_until = NULL, finished_at = statement_timestamp()
  FROM unnest(%(ids)s::bigint[], %(attempts)s::int[]) AS mine (id, attempts)
 WHERE job.id = mine.id AND job.attempts = mine.attempts AND job.state = 'running'
