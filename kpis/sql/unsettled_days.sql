-- Days that time alone has changed since the figures were last looked at: they are marked at the
-- next turn of the clock. A day that closed, and those of orders that became due, since shortly
-- before the last look; what is older must have been marked.
WITH looked AS (
    SELECT max(rolled_at) - interval '15 minutes' AS at FROM kpis_rolledday
     WHERE metric = %(metric)s
)
SELECT rolled.day
  FROM kpis_rolledday AS rolled, looked
 WHERE rolled.metric = %(metric)s
   AND (rolled.day + 1)::timestamp AT TIME ZONE %(zone)s > looked.at
 UNION
SELECT (o.placed_at AT TIME ZONE %(zone)s)::date
  FROM orders_order AS o, looked
 WHERE o.ship_by > looked.at AND o.ship_by <= %(now)s
