-- Units shipped from stock in the order's first release, of the units ordered. What was short when
-- the order came in stays unfilled, whatever is sent later. An order is judged once its first
-- release has left, or its ship-by moment has passed without one.
SELECT 'order_line' AS kind, line.id, o.placed_at AS at,
       (o.placed_at AT TIME ZONE %(zone)s)::date AS day, o.channel_id, o.warehouse_id, '' AS part,
       greatest(0, least(coalesce(sent.units, 0), line.units - coalesce(short.units, 0)))::numeric
           AS num, line.units::numeric AS den,
       NULL::float AS value
  FROM orders_order AS o
  JOIN orders_orderline AS line ON line.order_id = o.id
  LEFT JOIN LATERAL (SELECT min(released_at) AS released_at, bool_or(shipped_at IS NOT NULL) AS gone
                       FROM orders_fulfillmentorder WHERE order_id = o.id) AS first ON true
  LEFT JOIN LATERAL (SELECT sum(part.units) AS units
                       FROM orders_fulfillmentline AS part
                       JOIN orders_fulfillmentorder AS f ON f.id = part.fulfillment_id
                      WHERE part.order_line_id = line.id AND f.shipped_at IS NOT NULL
                        AND f.released_at < first.released_at + interval '1 minute') AS sent ON true
  LEFT JOIN LATERAL (SELECT max((e.facts -> 'units_by_line' ->> line.id::text)::int) AS units
                       FROM orders_orderexception AS e
                      WHERE e.order_id = o.id AND e.kind = 'oversold') AS short ON true
 WHERE NOT o.test AND NOT o.historical AND o.status <> 'cancelled'
   AND o.placed_at >= %(lower)s AND o.placed_at < %(upper)s
   AND (first.gone OR o.ship_by <= %(now)s)
