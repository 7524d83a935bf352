-- What each channel has been told of late, what waits, what it refuses.
SELECT channel.id AS channel_id,
       recent.told_at,
       coalesce(open.waiting, 0) AS waiting,
       open.waiting_since,
       (SELECT count(*) FROM inventory_listing AS listing
         WHERE listing.channel_id = channel.id AND listing.push_error <> '' AND listing.active)
           AS refused,
       (SELECT count(*) FROM inventory_listing AS listing
         WHERE listing.channel_id = channel.id AND listing.sku_id IS NULL AND listing.active)
           AS unmapped,
       recent.lag_p50_seconds, recent.lag_p95_seconds,
       coalesce(open.error, '') AS error,
       coalesce(open.waiting_since < statement_timestamp() - %(slow)s * interval '1 second', false)
           AS overdue
  FROM inventory_channel AS channel
  LEFT JOIN LATERAL (
       SELECT count(*) AS waiting, min(changed_at) AS waiting_since, max(error) AS error
         FROM inventory_stockpush AS push
        WHERE push.channel_id = channel.id AND push.state IN ('waiting', 'in_doubt')) AS open
       ON true
  LEFT JOIN LATERAL (
       SELECT max(acknowledged_at) AS told_at,
              percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM lag))
                  FILTER (WHERE fresh)::float AS lag_p50_seconds,
              percentile_cont(0.95) WITHIN GROUP (ORDER BY extract(epoch FROM lag))
                  FILTER (WHERE fresh)::float AS lag_p95_seconds
         FROM (SELECT acknowledged_at, acknowledged_at - changed_at AS lag,
                      acknowledged_at > statement_timestamp() - interval '24 hours' AS fresh
                 FROM inventory_stockpush
                WHERE channel_id = channel.id AND state = 'done'
             ORDER BY id DESC LIMIT 2000) AS last) AS recent
       ON true
 WHERE channel.id = ANY(%(channel_ids)s::bigint[])
