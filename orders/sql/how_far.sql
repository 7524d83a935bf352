-- How far one order is: units shipped and wanted, whether warehouses have been given any of it,
-- whether some of that is still on its way, and whether any of it has arrived.
WITH units AS (
    SELECT sum(units_shipped) AS shipped, sum(units + units_lost - units_cancelled) AS wanted
      FROM orders_orderline WHERE order_id = %(order_id)s
), work AS (
    SELECT count(*) > 0 AS given, 
           coalesce(bool_or(status NOT IN ('delivered', 'lost')), false) AS underway,
           coalesce(bool_or(status = 'delivered'), false) AS arrived
      FROM orders_fulfillmentorder WHERE order_id = %(order_id)s AND status <> 'cancelled'
)
SELECT coalesce(shipped, 0)::int AS shipped, coalesce(wanted, 0)::int AS wanted, given, underway,
       arrived
  FROM units, work
