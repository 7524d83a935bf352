-- One call at a time for the reservations of one cart, till the transaction ends.
SELECT pg_advisory_xact_lock(hashtextextended(%(key)s, 7009))
