-- Of the units sold on a day, those that came back within 90 days of it, whenever that was.
SELECT 'order_line' AS kind, line.id, o.placed_at AS at,
       (o.placed_at AT TIME ZONE %(zone)s)::date AS day, o.channel_id, o.warehouse_id, '' AS part,
       least(coalesce(back.units, 0), line.units - line.units_cancelled)::numeric AS num,
       (line.units - line.units_cancelled)::numeric AS den, NULL::float AS value
  FROM orders_order AS o
  JOIN orders_orderline AS line ON line.order_id = o.id
  LEFT JOIN (SELECT returned.order_line_id, sum(returned.units_received) AS units
               FROM returns_returnline AS returned
               JOIN returns_returnauthorization AS rma ON rma.id = returned.rma_id
               JOIN orders_order AS sold ON sold.id = rma.order_id
              WHERE sold.placed_at >= %(lower)s AND sold.placed_at < %(upper)s
                AND rma.received_at <= sold.placed_at + interval '90 days'
           GROUP BY returned.order_line_id) AS back ON back.order_line_id = line.id
 WHERE NOT o.test AND o.status <> 'cancelled' AND line.units > line.units_cancelled
   AND o.placed_at >= %(lower)s AND o.placed_at < %(upper)s
