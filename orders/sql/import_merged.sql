-- How many rows of a chunk went into a line that stood already, and by how much rounding to the
-- currency's smallest unit raised the sum.
SELECT coalesce(sum(rows - 1), 0)::int AS rows,
       coalesce(sum(total::numeric / %(factor)s - value), 0)
       + (SELECT coalesce(sum(total::numeric / %(factor)s - value), 0) FROM import_charge) AS rounding
  FROM import_item
