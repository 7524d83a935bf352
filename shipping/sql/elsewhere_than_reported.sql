-- Parcels on the way whose end is not the one that the carrier has reported.
SELECT parcel.number, parcel.state,
       coalesce(told.delivered, false) AS delivered, coalesce(told.returned, false) AS returned
  FROM shipping_parcel AS parcel
  LEFT JOIN (SELECT parcel_id, bool_or(code = 'delivered') AS delivered,
                    bool_or(code = 'returned') AS returned
               FROM shipping_trackingevent GROUP BY parcel_id) AS told
         ON told.parcel_id = parcel.id
 WHERE parcel.shipped_at IS NOT NULL AND parcel.state <> 'cancelled'
   AND ((parcel.state = 'returned') <> coalesce(told.returned, false)
        OR (parcel.state = 'delivered')
           <> (coalesce(told.delivered, false) AND NOT coalesce(told.returned, false)))
 ORDER BY parcel.number
