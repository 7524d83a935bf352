-- How vendors have kept their word: per vendor, over the lines whose first promised day is in the
-- period and past, and over what came in within it. A day ends at midnight in the shop's zone.
WITH due AS (
    SELECT o.vendor_id, line.id, line.units, line.first_promised, line.price, line.sku_id,
           o.currency, o.sent_at
      FROM inventory_purchaseline AS line
      JOIN inventory_purchaseorder AS o ON o.id = line.order_id
     WHERE line.first_promised BETWEEN %(first)s AND %(last)s AND o.status <> 'cancelled'
       AND o.sent_at IS NOT NULL
       AND (%(vendor_id)s::bigint IS NULL OR o.vendor_id = %(vendor_id)s)
       AND (%(warehouse_ids)s::bigint[] IS NULL OR o.warehouse_id = ANY(%(warehouse_ids)s::bigint[]))
), came AS (
    SELECT due.id,
           sum(receipt.units - receipt.damaged) AS good,
           sum(receipt.units - receipt.damaged) FILTER (
               WHERE (receipt.received_at AT TIME ZONE %(zone)s)::date <= due.first_promised)
               AS in_time,
           max((receipt.received_at AT TIME ZONE %(zone)s)::date) AS last_day
      FROM due JOIN inventory_receiptline AS receipt ON receipt.line_id = due.id
  GROUP BY due.id
), judged AS (
    SELECT due.*, coalesce(came.good, 0) AS good, coalesce(came.in_time, 0) AS in_time,
           came.last_day
      FROM due LEFT JOIN came ON came.id = due.id
     WHERE due.first_promised < %(today)s OR coalesce(came.good, 0) >= due.units
), kept AS (
    SELECT vendor_id, count(*) AS lines,
           count(*) FILTER (WHERE in_time >= units) AS otif,
           count(*) FILTER (WHERE good >= units) AS in_full,
           sum(units) AS ordered, sum(least(in_time, units)) AS in_time,
           avg(last_day - first_promised) FILTER (WHERE last_day > first_promised) AS days_late
      FROM judged
  GROUP BY vendor_id
), taken AS (
    SELECT o.vendor_id, sum(receipt.units) AS units, sum(receipt.damaged) AS damaged,
           percentile_cont(ARRAY[0.1, 0.5, 0.9]) WITHIN GROUP (
               ORDER BY extract(epoch FROM receipt.received_at - o.sent_at) / 86400) AS lead_days
      FROM inventory_receiptline AS receipt
      JOIN inventory_purchaseline AS line ON line.id = receipt.line_id
      JOIN inventory_purchaseorder AS o ON o.id = line.order_id
     WHERE (receipt.received_at AT TIME ZONE %(zone)s)::date BETWEEN %(first)s AND %(last)s
       AND receipt.received_at >= %(first)s::date - 1
       AND (%(vendor_id)s::bigint IS NULL OR o.vendor_id = %(vendor_id)s)
       AND (%(warehouse_ids)s::bigint[] IS NULL OR o.warehouse_id = ANY(%(warehouse_ids)s::bigint[]))
  GROUP BY o.vendor_id
), priced AS (
    -- What was paid, beside what the same would have cost at the last price before the period.
    SELECT due.vendor_id, sum(due.units * due.price) AS paid, sum(due.units * before.price) AS was
      FROM due
      JOIN LATERAL (SELECT line.price
                      FROM inventory_purchaseline AS line
                      JOIN inventory_purchaseorder AS o ON o.id = line.order_id
                     WHERE o.vendor_id = due.vendor_id AND line.sku_id = due.sku_id
                       AND o.currency = due.currency AND o.status <> 'cancelled'
                       AND o.sent_at < (%(first)s::date::timestamp AT TIME ZONE %(zone)s)
                  ORDER BY o.sent_at DESC, line.id DESC LIMIT 1) AS before ON true
  GROUP BY due.vendor_id
), argued AS (
    SELECT vendor_id, count(*) AS disputes,
           count(*) FILTER (WHERE outcome IN ('ours', 'partly')) AS upheld
      FROM inventory_dispute
     WHERE opened_at >= (%(first)s::timestamp AT TIME ZONE %(zone)s)
       AND opened_at < ((%(last)s::date + 1)::timestamp AT TIME ZONE %(zone)s)
       AND outcome <> 'withdrawn'
       AND (%(vendor_id)s::bigint IS NULL OR vendor_id = %(vendor_id)s)
       AND (%(warehouse_ids)s::bigint[] IS NULL OR warehouse_id = ANY(%(warehouse_ids)s::bigint[]))
  GROUP BY vendor_id
), billed AS (
    SELECT vendor_id, count(*) AS bills, count(*) FILTER (WHERE right_first) AS bills_right
      FROM inventory_bill
     WHERE billed_on BETWEEN %(first)s AND %(last)s AND status <> 'cancelled'
       AND (%(vendor_id)s::bigint IS NULL OR vendor_id = %(vendor_id)s)
       AND (%(warehouse_ids)s::bigint[] IS NULL OR warehouse_id = ANY(%(warehouse_ids)s::bigint[]))
  GROUP BY vendor_id
)
SELECT vendor.id, vendor.public_id, vendor.name, vendor.code,
       coalesce(kept.lines, 0)::int AS lines, coalesce(kept.otif, 0)::int AS otif,
       coalesce(kept.in_full, 0)::int AS in_full, coalesce(kept.ordered, 0)::bigint AS ordered,
       coalesce(kept.in_time, 0)::bigint AS in_time, kept.days_late::float AS days_late,
       coalesce(taken.units, 0)::bigint AS received, coalesce(taken.damaged, 0)::bigint AS damaged,
       taken.lead_days, (priced.paid / nullif(priced.was, 0) - 1)::float AS price_drift,
       coalesce(argued.disputes, 0)::int AS disputes, coalesce(argued.upheld, 0)::int AS upheld,
       coalesce(billed.bills, 0)::int AS bills, coalesce(billed.bills_right, 0)::int AS bills_right
  FROM inventory_vendor AS vendor
  LEFT JOIN kept ON kept.vendor_id = vendor.id
  LEFT JOIN taken ON taken.vendor_id = vendor.id
  LEFT JOIN priced ON priced.vendor_id = vendor.id
  LEFT JOIN argued ON argued.vendor_id = vendor.id
  LEFT JOIN billed ON billed.vendor_id = vendor.id
 WHERE kept.lines > 0 OR taken.units > 0 OR argued.disputes > 0 OR billed.bills > 0
ORDER BY kept.otif::float / nullif(kept.lines, 0) NULLS LAST, vendor.name
