-- How many codes of the batch the channel has never had.
SELECT count(DISTINCT upper(code)) AS codes
  FROM orders_importline AS line
 WHERE batch_id = %(batch_id)s AND verdict IN ('goods', 'return') AND charge = ''
   AND NOT EXISTS (SELECT FROM inventory_listing AS listing
                    WHERE listing.channel_id = %(channel_id)s AND listing.channel_sku = line.code)
