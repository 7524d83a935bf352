-- One row per order that was open and past its ship-by moment when the day closed (or is, today).
-- Why it waits is known for the present only: past days have no parts.
WITH wanted AS (
    SELECT day, least((day + 1)::timestamp AT TIME ZONE %(zone)s, %(now)s) AS moment
      FROM unnest(%(days)s::date[]) AS day
), late AS MATERIALIZED (
    SELECT o.id, o.channel_id, o.warehouse_id, o.placed_at, o.ship_by, o.why_code, o.status,
           least(o.shipped_at, o.cancelled_at) AS gone_at
      FROM orders_order AS o
     WHERE NOT o.test AND NOT o.historical AND o.ship_by < %(upper)s
       AND coalesce(least(o.shipped_at, o.cancelled_at), 'infinity') > o.ship_by
       AND coalesce(least(o.shipped_at, o.cancelled_at), 'infinity') > %(lower)s
)
SELECT 'order' AS kind, late.id, late.ship_by AS at, wanted.day, late.channel_id, late.warehouse_id,
       CASE WHEN late.gone_at IS NULL AND wanted.day = (%(now)s AT TIME ZONE %(zone)s)::date
            THEN late.why_code ELSE '' END AS part,
       1::numeric AS num, 0::numeric AS den,
       (extract(epoch FROM wanted.moment - late.ship_by) / 3600)::float AS value
  FROM wanted
  JOIN late ON late.ship_by < wanted.moment AND late.placed_at <= wanted.moment
           AND coalesce(late.gone_at, 'infinity') > wanted.moment
 WHERE wanted.day <= (%(now)s AT TIME ZONE %(zone)s)::date
