-- Facts of order lines by the category of what they sell.
SELECT fact.*, coalesce(product.category, '') AS slice
  FROM (/*facts*/) AS fact
  JOIN orders_orderline AS line ON line.id = fact.id
  LEFT JOIN inventory_sku AS sku ON sku.id = line.sku_id
  LEFT JOIN inventory_product AS product ON product.id = sku.product_id
