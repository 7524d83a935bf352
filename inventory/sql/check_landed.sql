-- Landed costs whose shares do not add up to them.
SELECT landed.id, receipt.number, landed.document, landed.company_amount,
       coalesce(sum(share.amount), 0)::bigint AS shared
  FROM inventory_landedcost AS landed
  JOIN inventory_receipt AS receipt ON receipt.id = landed.receipt_id
  LEFT JOIN inventory_landedshare AS share ON share.landed_id = landed.id
GROUP BY landed.id, receipt.number
  HAVING landed.company_amount <> coalesce(sum(share.amount), 0)
ORDER BY landed.id
