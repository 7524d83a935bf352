"""The function that promises stock: one statement per warehouse asked, inside the database."""

from django.db import migrations

ALLOCATE = """
CREATE OR REPLACE FUNCTION inventory_allocate(
    for_kind text, holder_ids bigint[], sku_ids bigint[], line_units int[],
    warehouse_ids bigint[], acting text, at timestamptz
) RETURNS bigint LANGUAGE plpgsql AS $$
-- Promise the units of several lines from the first warehouse that covers them all; null when none
-- does, and then nothing has changed. Lines of one SKU count as their sum. Rows are locked in (sku,
-- warehouse) order whoever asks; a warehouse that plainly has too little is not locked at all. The
-- UPDATE's own condition, checked on the newest version of each row, is what never oversells.
DECLARE
    asked bigint;
    levels int;
BEGIN
    FOREACH asked IN ARRAY warehouse_ids LOOP
        WITH line AS MATERIALIZED (
            SELECT holder_id, sku_id, sum(units)::int AS units
              FROM unnest(holder_ids, sku_ids, line_units) AS line (holder_id, sku_id, units)
          GROUP BY holder_id, sku_id
        ), wanted AS MATERIALIZED (
            SELECT sku_id, sum(units)::int AS units FROM line GROUP BY sku_id
        ), locked AS MATERIALIZED (
            SELECT level.id, level.sku_id, wanted.units,
                   level.on_hand - level.allocated AS available
              FROM wanted JOIN inventory_stocklevel AS level USING (sku_id)
             WHERE level.warehouse_id = asked
               AND (SELECT count(*) FROM wanted) = (
                   SELECT count(*)
                     FROM wanted JOIN inventory_stocklevel AS seen USING (sku_id)
                    WHERE seen.warehouse_id = asked
                      AND seen.on_hand - seen.allocated >= wanted.units)
          ORDER BY level.sku_id, level.warehouse_id
               FOR NO KEY UPDATE OF level
        ), taken AS (
            UPDATE inventory_stocklevel AS level
               SET allocated = level.allocated + locked.units,
                   updated_at = statement_timestamp()
              FROM locked
             WHERE level.id = locked.id
               AND level.on_hand - level.allocated >= locked.units
               AND (SELECT count(*) FROM locked WHERE available >= units)
                   = (SELECT count(*) FROM wanted)
         RETURNING level.id, level.sku_id
        ), promised AS (
            INSERT INTO inventory_allocation AS held (level_id, holder_kind, holder_id, units)
            SELECT taken.id, for_kind, line.holder_id, line.units
              FROM taken JOIN line USING (sku_id)
                ON CONFLICT (holder_kind, holder_id, level_id)
                   DO UPDATE SET units = held.units + excluded.units
        ), booked AS (
            INSERT INTO inventory_stockmovement
                   (id, level_id, counter, kind, units, source_kind, source_id, key, actor,
                    effective_at)
            SELECT next.id, taken.id, 'allocated', 'promise', line.units, for_kind,
                   line.holder_id, 'promise ' || next.id, acting, at
              FROM taken JOIN line USING (sku_id)
                   CROSS JOIN LATERAL (
                       SELECT nextval('inventory_stockmovement_id_seq')
                              + 0 * line.holder_id AS id) AS next
        )
        SELECT count(*) INTO levels FROM taken;
        IF levels > 0 THEN
            RETURN asked;
        END IF;
    END LOOP;
    RETURN NULL;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("inventory", "0001_initial")]
    operations = [
        migrations.RunSQL(
            ALLOCATE,
            "DROP FUNCTION inventory_allocate(text, bigint[], bigint[], int[], bigint[], text, timestamptz)",
        )
    ]
