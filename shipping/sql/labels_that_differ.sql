-- Parcels whose tracking number is not that of their one bought label.
SELECT parcel.number, parcel.tracking_number, label.tracking_number AS label_number
  FROM shipping_parcel AS parcel
  LEFT JOIN shipping_label AS label ON label.parcel_id = parcel.id AND label.state = 'bought'
 WHERE parcel.tracking_number <> coalesce(label.tracking_number, '')
 ORDER BY parcel.number
