-- Shipped or delivered fulfillment orders whose picked units have not all left in parcels.
WITH gone AS (
    SELECT parcel.fulfillment_id, sum(packed.units)::int AS units
      FROM shipping_parcel AS parcel
      JOIN shipping_parcelline AS packed ON packed.parcel_id = parcel.id
     WHERE parcel.shipped_at IS NOT NULL AND parcel.state <> 'cancelled'
  GROUP BY parcel.fulfillment_id
)
SELECT fulfillment.number, fulfillment.status, sum(line.units_picked)::int AS picked,
       coalesce(gone.units, 0) AS gone
  FROM orders_fulfillmentorder AS fulfillment
  JOIN orders_fulfillmentline AS line ON line.fulfillment_id = fulfillment.id
  LEFT JOIN gone ON gone.fulfillment_id = fulfillment.id
 WHERE fulfillment.status IN ('shipped', 'delivered', 'lost')
 GROUP BY fulfillment.number, fulfillment.status, gone.units
HAVING sum(line.units_picked) <> coalesce(gone.units, 0)
 ORDER BY fulfillment.number
