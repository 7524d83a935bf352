-- What is to come in till a day: open lines of orders to vendors and of transfers on their way, what
-- is overdue with it; how many units of open orders wait for the SKU, and how many of that very
-- line were preordered.
WITH coming AS (
    SELECT 'purchase_order' AS kind, line.id, o.public_id, o.number, vendor.name AS from_name,
           o.warehouse_id, line.sku_id, line.promised AS day, line.first_promised AS first_day,
           line.units - line.units_received - line.units_missing AS units
      FROM inventory_purchaseorder AS o
      JOIN inventory_purchaseline AS line ON line.order_id = o.id
      JOIN inventory_vendor AS vendor ON vendor.id = o.vendor_id
     WHERE o.status IN ('sent', 'partly_received')
       AND line.units > line.units_received + line.units_missing
 UNION ALL
    SELECT 'transfer', line.id, t.public_id, 'TR-' || t.id, source.name, t.destination_id,
           line.sku_id, t.expected_on, t.expected_on,
           line.units - line.units_received - line.units_lost
      FROM inventory_transfer AS t
      JOIN inventory_transferline AS line ON line.transfer_id = t.id
      JOIN inventory_warehouse AS source ON source.id = t.source_id
     WHERE t.status = 'in_transit' AND line.units > line.units_received + line.units_lost
), shown AS (
    SELECT * FROM coming
     WHERE (day IS NULL OR day <= %(last)s)
       AND (%(warehouse_ids)s::bigint[] IS NULL OR warehouse_id = ANY(%(warehouse_ids)s::bigint[]))
  ORDER BY day NULLS LAST, number, id
     LIMIT %(most)s
)
SELECT shown.kind, shown.public_id, shown.number, shown.from_name, shown.day, shown.first_day,
       shown.units, warehouse.code AS warehouse, sku.code AS sku, sku.title,
       sku.public_id AS sku_public_id, coalesce(waits.orders, 0)::int AS orders,
       coalesce(waits.units, 0)::int AS short, coalesce(offers.units, 0)::int AS preordered
  FROM shown
  JOIN inventory_warehouse AS warehouse ON warehouse.id = shown.warehouse_id
  JOIN inventory_sku AS sku ON sku.id = shown.sku_id
  LEFT JOIN LATERAL (
       SELECT count(DISTINCT o.id) AS orders, sum(line.units_short) AS units
         FROM orders_orderline AS line
         JOIN orders_order AS o ON o.id = line.order_id AND o.status = 'open'
        WHERE line.sku_id = shown.sku_id AND line.units_short > 0
          AND (%(channel_ids)s::bigint[] IS NULL OR o.channel_id = ANY(%(channel_ids)s::bigint[]))
          AND EXISTS (SELECT FROM inventory_channelwarehouse AS rank
                       WHERE rank.channel_id = o.channel_id
                         AND rank.warehouse_id = shown.warehouse_id)) AS waits ON true
  LEFT JOIN LATERAL (
       SELECT sum(offer.sold - offer.filled) AS units
         FROM inventory_preorderoffer AS offer
        WHERE shown.kind = 'purchase_order' AND offer.line_id = shown.id
          AND offer.sold > offer.filled) AS offers ON true
ORDER BY shown.day NULLS LAST, shown.number, shown.id
