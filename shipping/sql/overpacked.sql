-- Lines with more units in live parcels than were picked.
SELECT fulfillment.number, line.id AS line, line.units_picked AS picked,
       sum(packed.units)::int AS packed
  FROM shipping_parcelline AS packed
  JOIN shipping_parcel AS parcel ON parcel.id = packed.parcel_id AND parcel.state <> 'cancelled'
  JOIN orders_fulfillmentline AS line ON line.id = packed.fulfillment_line_id
  JOIN orders_fulfillmentorder AS fulfillment ON fulfillment.id = line.fulfillment_id
 GROUP BY fulfillment.number, line.id
HAVING sum(packed.units) > line.units_picked
 ORDER BY fulfillment.number
