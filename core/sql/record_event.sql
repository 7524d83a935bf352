-- One event, in the transaction of the change that it tells of. Every operation writes one: this
-- is the statement that the ORM would compile anew each time.
INSERT INTO core_eventrecord
       (name, payload, subjects, actor, live, happened_at, request_id)
VALUES (%(name)s, %(payload)s::jsonb, %(subjects)s::text[], %(actor)s, %(live)s, %(happened_at)s,
        %(request_id)s)
