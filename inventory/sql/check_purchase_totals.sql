-- Orders to vendors whose total is not the sum of their lines.
SELECT purchase.number, purchase.total, coalesce(sum(line.total), 0)::bigint AS lines
  FROM inventory_purchaseorder AS purchase
  LEFT JOIN inventory_purchaseline AS line ON line.order_id = purchase.id
GROUP BY purchase.id
  HAVING purchase.total <> coalesce(sum(line.total), 0)
ORDER BY purchase.id
