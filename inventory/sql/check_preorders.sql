-- Offers whose counters are not the sums of their preorders; and preorders for which other units
-- lie there than have come.
SELECT offer.id, sku.code AS sku, offer.sold, offer.filled,
       coalesce(sum(preorder.units), 0)::bigint AS units,
       coalesce(sum(preorder.units_filled), 0)::bigint AS units_filled,
       coalesce(sum(held.units), 0)::bigint AS held
  FROM inventory_preorderoffer AS offer
  JOIN inventory_sku AS sku ON sku.id = offer.sku_id
  LEFT JOIN inventory_preorder AS preorder ON preorder.offer_id = offer.id
  LEFT JOIN (SELECT holder_id, sum(units) AS units FROM inventory_allocation
              WHERE holder_kind = 'preorder' GROUP BY holder_id) AS held
         ON held.holder_id = preorder.id
GROUP BY offer.id, sku.code
  HAVING offer.sold <> coalesce(sum(preorder.units), 0)
      OR offer.filled <> coalesce(sum(preorder.units_filled), 0)
      OR coalesce(bool_or(held.units > preorder.units_filled), false)
ORDER BY offer.id
