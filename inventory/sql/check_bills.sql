-- Bills that are not the sum of their lines, whose difference is not that of their lines, that are
-- in dispute without an open one or the other way round, or of which more was given back than billed.
WITH lines AS (
    SELECT bill_id, sum(total) AS net, sum(units_difference + price_difference) AS difference
      FROM inventory_billline
  GROUP BY bill_id
), argued AS (
    SELECT bill_id, count(*) FILTER (WHERE stage <> 'closed') AS open, sum(settled) AS settled
      FROM inventory_dispute
     WHERE bill_id IS NOT NULL
  GROUP BY bill_id
), judged AS (
    SELECT bill.number, vendor.name AS vendor, bill.status,
           CASE WHEN bill.net <> coalesce(lines.net, 0) THEN 'it is not the sum of its lines'
                WHEN bill.difference <> coalesce(lines.difference, 0)
                    THEN 'its difference is not that of its lines'
                WHEN (bill.status = 'disputed') <> (coalesce(argued.open, 0) > 0)
                     AND bill.status <> 'paid' THEN 'it does not stand as its disputes say'
                WHEN coalesce(argued.settled, 0) > bill.total
                    THEN 'more was given back than it comes to'
           END AS wrong
      FROM inventory_bill AS bill
      JOIN inventory_vendor AS vendor ON vendor.id = bill.vendor_id
      LEFT JOIN lines ON lines.bill_id = bill.id
      LEFT JOIN argued ON argued.bill_id = bill.id
)
SELECT number, vendor, status, wrong FROM judged WHERE wrong IS NOT NULL
