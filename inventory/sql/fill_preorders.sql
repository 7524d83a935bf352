-- Units that came in with some lines go to the preorders that wait for these, the oldest first.
WITH came AS (
    SELECT line_id, units
      FROM unnest(%(line_ids)s::bigint[], %(units)s::int[]) AS came (line_id, units)
), queue AS (
    SELECT preorder.id, preorder.offer_id, offer.sku_id, preorder.since, came.units AS came,
           preorder.units - preorder.units_filled AS waiting,
           sum(preorder.units - preorder.units_filled)
               OVER (PARTITION BY came.line_id ORDER BY preorder.since, preorder.id)
               - (preorder.units - preorder.units_filled) AS before
      FROM came
      JOIN inventory_preorderoffer AS offer ON offer.line_id = came.line_id
      JOIN inventory_preorder AS preorder
           ON preorder.offer_id = offer.id AND preorder.units > preorder.units_filled
), served AS (
    SELECT id, offer_id, sku_id, since, least(waiting, came - before)::int AS units
      FROM queue
     WHERE came > before
), filled AS (
    UPDATE inventory_preorder AS preorder
       SET units_filled = preorder.units_filled + served.units
      FROM served
     WHERE preorder.id = served.id
), counted AS (
    UPDATE inventory_preorderoffer AS offer
       SET filled = offer.filled + total.units, updated_at = statement_timestamp()
      FROM (SELECT offer_id, sum(units)::int AS units FROM served GROUP BY offer_id) AS total
     WHERE offer.id = total.offer_id
)
SELECT id, offer_id, sku_id, units FROM served ORDER BY since, id
