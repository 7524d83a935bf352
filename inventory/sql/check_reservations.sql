-- Reservations that hold other units than they say; those that are over hold none.
SELECT reservation.id, sku.code AS sku, reservation.status,
       CASE reservation.status WHEN 'held' THEN line.units ELSE 0 END AS wanted,
       coalesce(held.units, 0)::bigint AS held
  FROM inventory_reservationline AS line
  JOIN inventory_reservation AS reservation ON reservation.id = line.reservation_id
  JOIN inventory_sku AS sku ON sku.id = line.sku_id
  LEFT JOIN (SELECT holder_id, sum(units) AS units FROM inventory_allocation
              WHERE holder_kind = 'reservation_line' GROUP BY holder_id) AS held
         ON held.holder_id = line.id
 WHERE CASE reservation.status WHEN 'held' THEN line.units ELSE 0 END <> coalesce(held.units, 0)
ORDER BY reservation.id, sku.code
