-- Facts of counted SKUs by the bin in which they lie.
SELECT fact.*, coalesce(bin.code, '') AS slice
  FROM (/*facts*/) AS fact
  JOIN inventory_countline AS line ON line.id = fact.id
  JOIN inventory_stocklevel AS level ON level.id = line.level_id
  LEFT JOIN inventory_bin AS bin ON bin.id = level.bin_id
