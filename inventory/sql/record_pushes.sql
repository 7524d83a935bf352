-- Write down a channel's answers: what it has acknowledged is published, what it has refused is
-- shown as such and not sent again until the quantity or somebody's mind changes.
WITH answer AS (
    SELECT id, error
      FROM unnest(%(push_ids)s::bigint[], %(errors)s::text[]) AS answer (id, error)
), heard AS (
    UPDATE inventory_stockpush AS push
       SET state = CASE WHEN answer.error = '' THEN 'done' ELSE 'failed' END,
           acknowledged_at = statement_timestamp(), error = left(answer.error, 300)
      FROM answer
     WHERE push.id = answer.id AND push.channel_id = %(channel_id)s AND push.state = 'in_doubt'
 RETURNING push.listing_id, push.units, answer.error
), told AS (
    UPDATE inventory_listing AS listing
       SET published_units = CASE WHEN heard.error = '' THEN heard.units
                                  ELSE listing.published_units END,
           published_at = CASE WHEN heard.error = '' THEN statement_timestamp()
                               ELSE listing.published_at END,
           refused_units = CASE WHEN heard.error = '' THEN NULL ELSE heard.units END,
           refused_at = CASE WHEN heard.error = '' THEN NULL ELSE statement_timestamp() END,
           push_error = left(heard.error, 300)
      FROM heard
     WHERE listing.id = heard.listing_id
)
SELECT listing_id, error FROM heard
