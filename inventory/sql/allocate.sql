-- Promise the units of several lines, all of them, from the first warehouse that covers them; the
-- function is in the database so that placing an order can use it within its own statement.
SELECT inventory_allocate(
           %(holder_kind)s, %(holder_ids)s::bigint[], %(sku_ids)s::bigint[], %(units)s::int[],
           %(warehouse_ids)s::bigint[], %(actor)s, %(at)s::timestamptz) AS warehouse_id
