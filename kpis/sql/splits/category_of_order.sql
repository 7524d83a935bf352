-- Facts of orders, each cut into its lines by their price, by the category of what those sell. The
-- cuts go by the running sum, so that the parts of an order are together what it is.
SELECT 'order_line' AS kind, line.id, fact.at, fact.day, fact.channel_id, fact.warehouse_id,
       fact.part,
       coalesce(round(fact.num * line.upto / nullif(line.whole, 0))
                - round(fact.num * (line.upto - line.total) / nullif(line.whole, 0)), 0) AS num,
       fact.den, fact.value, coalesce(product.category, '') AS slice
  FROM (/*facts*/) AS fact
  JOIN LATERAL (SELECT id, sku_id, total, sum(total) OVER (ORDER BY position) AS upto,
                       sum(total) OVER () AS whole
                  FROM orders_orderline WHERE order_id = fact.id) AS line ON fact.kind = 'order'
  LEFT JOIN inventory_sku AS sku ON sku.id = line.sku_id
  LEFT JOIN inventory_product AS product ON product.id = sku.product_id
