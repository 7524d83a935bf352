-- Note for each connected channel which of these SKUs it lists; returns the channels to tell.
WITH marked AS (
    INSERT INTO inventory_pushmark (channel_id, sku_id)
    SELECT DISTINCT listing.channel_id, listing.sku_id
      FROM inventory_listing AS listing
      JOIN inventory_channel AS channel ON channel.id = listing.channel_id
     WHERE listing.sku_id = ANY(%(sku_ids)s::bigint[])
       AND (listing.active OR listing.published_units > 0)
       AND channel.active AND channel.adapter <> ''
  ORDER BY listing.channel_id, listing.sku_id
        ON CONFLICT (channel_id, sku_id) DO NOTHING
)
SELECT DISTINCT listing.channel_id
  FROM inventory_listing AS listing
  JOIN inventory_channel AS channel ON channel.id = listing.channel_id
 WHERE listing.sku_id = ANY(%(sku_ids)s::bigint[])
   AND (listing.active OR listing.published_units > 0)
   AND channel.active AND channel.adapter <> ''
