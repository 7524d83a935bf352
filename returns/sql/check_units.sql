-- Order lines whose returned units are not the units that returns have received.
SELECT orders.number, line.position, line.units_shipped, line.units_returned,
       coalesce(back.units, 0) AS received
  FROM orders_orderline AS line
  JOIN orders_order AS orders ON orders.id = line.order_id
  FULL JOIN (SELECT run.order_line_id, sum(run.last - run.first + 1)::bigint AS units
               FROM returns_returnunits AS run
               JOIN returns_returnline AS part ON part.id = run.line_id
               JOIN returns_returnauthorization AS rma ON rma.id = part.rma_id
              WHERE rma.status IN ('received', 'inspected', 'closed')
           GROUP BY run.order_line_id) AS back
    ON back.order_line_id = line.id
 WHERE (line.units_returned <> 0 OR back.units IS NOT NULL)
   AND (line.units_returned <> coalesce(back.units, 0) OR line.units_returned > line.units_shipped)
