-- Returns that gave back more for their units than these are worth.
SELECT rma.number, coalesce(owed.amount, 0) AS owed, given.amount AS given
  FROM (SELECT rma_id, sum(amount - shipping)::bigint AS amount FROM returns_refund
         WHERE rma_id IS NOT NULL AND state <> 'withdrawn' GROUP BY rma_id) AS given
  JOIN returns_returnauthorization AS rma ON rma.id = given.rma_id
  LEFT JOIN (SELECT part.rma_id, coalesce(sum(run.owed), 0)::bigint AS amount
          FROM returns_returnline AS part JOIN returns_returnunits AS run ON run.line_id = part.id
      GROUP BY part.rma_id) AS owed ON owed.rma_id = rma.id
 WHERE given.amount > coalesce(owed.amount, 0)
