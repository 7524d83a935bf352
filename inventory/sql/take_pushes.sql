-- The next pushes to tell a channel: what is in doubt first, then the oldest. From now on they are
-- in doubt, until the answer is heard.
WITH next AS (
    SELECT id
      FROM inventory_stockpush
     WHERE channel_id = %(channel_id)s AND state IN ('waiting', 'in_doubt')
  ORDER BY state = 'waiting', id
     LIMIT %(limit)s
       FOR UPDATE
)
   UPDATE inventory_stockpush AS push
      SET state = 'in_doubt', asked_at = coalesce(push.asked_at, statement_timestamp()),
          attempts = least(push.attempts + 1, 32000)
     FROM next, inventory_listing AS listing
    WHERE push.id = next.id AND listing.id = push.listing_id
RETURNING push.id, push.units, listing.channel_sku
