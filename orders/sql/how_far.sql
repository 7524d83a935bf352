-- How far one order is: units shipped and wanted, whether warehouses have been given any of it,
-- and whether some of that has not arrived.
WITH units AS (
    SELECT sum(units_shipped) AS shipped, sum(units - units_cancelled) AS wanted
      FROM orders_orderline WHERE order_id = %(order_id)s
), work AS (
    SELECT count(*) > 0 AS given, coalesce(bool_or(status <> 'delivered'), false) AS underway
      FROM orders_fulfillmentorder WHERE order_id = %(order_id)s AND status <> 'cancelled'
)
SELECT coalesce(shipped, 0)::int AS shipped, coalesce(wanted, 0)::int AS wanted, given, underway
  FROM units, work
