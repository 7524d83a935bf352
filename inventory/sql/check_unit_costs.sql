-- SKUs whose unit cost is not what the last line of its ledger says.
SELECT s.code AS sku, s.unit_cost, s.currency, last.cost AS noted, last.currency AS noted_currency
FROM (
    SELECT DISTINCT ON (sku_id) sku_id, cost, currency
    FROM inventory_unitcostchange
    ORDER BY sku_id, id DESC
) AS last
JOIN inventory_sku AS s ON s.id = last.sku_id
WHERE s.unit_cost IS DISTINCT FROM last.cost
   OR (s.unit_cost IS NOT NULL AND s.currency <> last.currency)
ORDER BY s.id
