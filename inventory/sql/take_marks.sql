-- Take up a channel's marks. Those whose listing still awaits an answer stay for the next round.
DELETE FROM inventory_pushmark AS mark
 WHERE mark.channel_id = %(channel_id)s
   AND NOT EXISTS (
       SELECT FROM inventory_stockpush AS push
              JOIN inventory_listing AS listing ON listing.id = push.listing_id
        WHERE listing.channel_id = %(channel_id)s AND listing.sku_id = mark.sku_id
          AND push.state = 'in_doubt')
RETURNING sku_id, changed_at
