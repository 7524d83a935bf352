-- Facts of orders by the carrier that took the first of their parcels.
SELECT fact.*, coalesce(sent.name, '') AS slice
  FROM (/*facts*/) AS fact
  LEFT JOIN LATERAL (SELECT carrier.name
                       FROM orders_fulfillmentorder AS work
                       JOIN shipping_parcel AS parcel ON parcel.fulfillment_id = work.id
                       JOIN shipping_carrier AS carrier ON carrier.id = parcel.carrier_id
                      WHERE fact.kind = 'order' AND work.order_id = fact.id
                        AND parcel.shipped_at IS NOT NULL
                   ORDER BY parcel.shipped_at, parcel.id LIMIT 1) AS sent ON true
