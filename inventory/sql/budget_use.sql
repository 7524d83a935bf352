-- What is used of budgets: per cost center and month, what is ordered and still to come, what came
-- in, and what was billed (net, by the bill's day), in minor units of the company's currency. What is overdue counts in the present month.
WITH months AS (
    SELECT center.id AS cost_center_id, month::date AS month
      FROM inventory_costcenter AS center,
           generate_series(%(first)s::date, %(last)s::date, interval '1 month') AS month
     WHERE %(cost_center_id)s::bigint IS NULL OR center.id = %(cost_center_id)s
), committed AS (
    SELECT o.cost_center_id,
           date_trunc('month', greatest(line.promised, %(today)s::date))::date AS month,
           round(sum(line.total::numeric
                     * greatest(line.units - line.units_received - line.units_missing, 0)
                     / line.units * o.company_total / nullif(o.total, 0)))::bigint AS minor
      FROM inventory_purchaseorder AS o JOIN inventory_purchaseline AS line ON line.order_id = o.id
     WHERE o.status IN ('approved', 'sent', 'partly_received') AND o.cost_center_id IS NOT NULL
       AND (%(cost_center_id)s::bigint IS NULL OR o.cost_center_id = %(cost_center_id)s)
  GROUP BY 1, 2
), received AS (
    SELECT o.cost_center_id,
           date_trunc('month', arrived.received_at AT TIME ZONE %(zone)s)::date AS month,
           sum(arrived.cost)::bigint AS minor
      FROM inventory_receiptline AS arrived
      JOIN inventory_receipt AS receipt ON receipt.id = arrived.receipt_id
      JOIN inventory_purchaseorder AS o ON o.id = receipt.order_id
     WHERE arrived.received_at >= (%(first)s::timestamp AT TIME ZONE %(zone)s)
       AND arrived.received_at
           < ((%(last)s::date + interval '1 month') AT TIME ZONE %(zone)s)
       AND o.cost_center_id IS NOT NULL
       AND (%(cost_center_id)s::bigint IS NULL OR o.cost_center_id = %(cost_center_id)s)
  GROUP BY 1, 2
), invoiced AS (
    SELECT o.cost_center_id, date_trunc('month', bill.billed_on)::date AS month,
           sum(bill.company_net)::bigint AS minor
      FROM inventory_bill AS bill JOIN inventory_purchaseorder AS o ON o.id = bill.order_id
     WHERE bill.status <> 'cancelled' AND bill.billed_on >= %(first)s
       AND bill.billed_on < %(last)s::date + interval '1 month'
       AND o.cost_center_id IS NOT NULL
       AND (%(cost_center_id)s::bigint IS NULL OR o.cost_center_id = %(cost_center_id)s)
  GROUP BY 1, 2
)
SELECT center.public_id, center.code, center.name, months.month, budget.amount AS budget,
       coalesce(committed.minor, 0) AS committed, coalesce(received.minor, 0) AS received,
       coalesce(invoiced.minor, 0) AS invoiced
  FROM months
  JOIN inventory_costcenter AS center ON center.id = months.cost_center_id
  LEFT JOIN inventory_budget AS budget USING (cost_center_id, month)
  LEFT JOIN committed USING (cost_center_id, month)
  LEFT JOIN received USING (cost_center_id, month)
  LEFT JOIN invoiced USING (cost_center_id, month)
 WHERE center.active OR budget.id IS NOT NULL OR committed.minor > 0 OR received.minor > 0
    OR invoiced.minor > 0
ORDER BY center.code, months.month
