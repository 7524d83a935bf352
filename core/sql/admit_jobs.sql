-- Let asked-for jobs wait in line: one per key, the others go. The caller holds the lock of who
-- does this. A wish may go when a twin waits already: it was committed before this statement
-- began, and the twin is claimed only after it, so whoever runs the twin sees what was changed.
-- A twin's first try is brought forward; after a failure its back-off stands.
WITH asked AS (
    SELECT id, kind, key, not_before
      FROM core_job WHERE state = 'asked' ORDER BY id LIMIT %(limit)s
), earliest AS (
    SELECT DISTINCT ON (kind, key) id, kind, key, not_before
      FROM asked ORDER BY kind, key, not_before, id
), twin AS (
    SELECT earliest.id AS asked_id, earliest.not_before, waiting.id
      FROM earliest JOIN core_job AS waiting USING (kind, key)
     WHERE waiting.state = 'waiting'
), brought_forward AS (
    UPDATE core_job AS job
       SET not_before = twin.not_before
      FROM twin
     WHERE job.id = twin.id AND job.state = 'waiting' AND job.attempts = 0
       AND twin.not_before < job.not_before
), admitted AS (
    UPDATE core_job AS job
       SET state = 'waiting'
      FROM earliest
     WHERE job.id = earliest.id AND earliest.id NOT IN (SELECT asked_id FROM twin)
), merged AS (
    DELETE FROM core_job
     WHERE id IN (SELECT id FROM asked)
       AND id NOT IN (SELECT id FROM earliest WHERE id NOT IN (SELECT asked_id FROM twin))
)
SELECT count(*) AS seen FROM asked
