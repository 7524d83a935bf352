-- Write down what a channel is to be told: each listing of these SKUs (of all, when null) whose
-- present quantity it has neither acknowledged nor refused. What is still waiting to be told is
-- brought up to date; what awaits an answer is left alone. Of what is not sold any more there is
-- none, whatever lies on the shelf.
WITH due AS (
    SELECT sku_id, min(changed_at) AS changed_at
      FROM unnest(%(sku_ids)s::bigint[], %(changed_at)s::timestamptz[]) AS due (sku_id, changed_at)
  GROUP BY sku_id
), listed AS (
    SELECT listing.id, listing.sku_id, listing.active, listing.published_units, listing.refused_units,
           coalesce(due.changed_at, statement_timestamp()) AS changed_at
      FROM inventory_listing AS listing LEFT JOIN due ON due.sku_id = listing.sku_id
     WHERE listing.channel_id = %(channel_id)s AND listing.sku_id IS NOT NULL
       AND (listing.active OR listing.published_units > 0)
       AND (%(everything)s OR due.sku_id IS NOT NULL)
), free AS (
    SELECT level.sku_id,
           least(sum(greatest(level.on_hand - level.allocated - level.safety_stock, 0)),
                 2147483647)::int AS units
      FROM inventory_channelwarehouse AS rank
      JOIN inventory_warehouse AS warehouse ON warehouse.id = rank.warehouse_id
      JOIN inventory_stocklevel AS level ON level.warehouse_id = rank.warehouse_id
      JOIN inventory_sku AS sku ON sku.id = level.sku_id
     WHERE rank.channel_id = %(channel_id)s AND warehouse.active AND sku.active
       AND (%(everything)s OR level.sku_id = ANY(%(sku_ids)s::bigint[]))
  GROUP BY level.sku_id
), present AS (
    SELECT listed.id, listed.changed_at, CASE WHEN listed.active THEN coalesce(free.units, 0) ELSE 0 END AS units,
           listed.published_units, listed.refused_units
      FROM listed LEFT JOIN free ON free.sku_id = listed.sku_id
)
INSERT INTO inventory_stockpush AS push
       (listing_id, channel_id, units, state, changed_at, attempts, error)
SELECT present.id, %(channel_id)s, present.units, 'waiting', present.changed_at, 0, ''
  FROM present
 WHERE (present.units IS DISTINCT FROM present.published_units
        AND present.units IS DISTINCT FROM present.refused_units)
    OR EXISTS (SELECT FROM inventory_stockpush AS open
                WHERE open.listing_id = present.id AND open.state = 'waiting'
                  AND open.units <> present.units)
ORDER BY present.id
    ON CONFLICT (listing_id) WHERE (state IN ('waiting', 'in_doubt'))
       DO UPDATE SET units = excluded.units
             WHERE push.state = 'waiting' AND push.units <> excluded.units
RETURNING id
