-- Facts of counted SKUs by who counted them last.
SELECT fact.*, coalesce(person.name, '') AS slice
  FROM (/*facts*/) AS fact
  JOIN inventory_countline AS line ON line.id = fact.id
  LEFT JOIN core_user AS person ON person.id = line.counted_by_id
