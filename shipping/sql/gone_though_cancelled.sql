-- Parcels that have left for a fulfillment order that was cancelled: their units are still in stock.
SELECT parcel.number, parcel.state, fulfillment.number AS fulfillment
  FROM shipping_parcel AS parcel
  JOIN orders_fulfillmentorder AS fulfillment ON fulfillment.id = parcel.fulfillment_id
 WHERE fulfillment.status = 'cancelled' AND parcel.shipped_at IS NOT NULL
   AND parcel.state <> 'cancelled'
 ORDER BY parcel.number
