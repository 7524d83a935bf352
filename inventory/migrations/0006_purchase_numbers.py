"""Where order and receipt numbers come from, and what stock is worth first in, first out."""

from django.db import migrations

# What is there now came in last: walk the layers from the newest until all units are covered.
# Units older than every layer count at the average that the first entry started from.
FIFO = """
CREATE FUNCTION inventory_fifo_value(of_sku bigint, at_warehouse bigint, there integer, scale integer)
RETURNS bigint LANGUAGE sql STABLE AS $$
    WITH layers AS (
        SELECT layer.id, layer.units,
               layer.value + coalesce((SELECT sum(share.amount) FROM inventory_landedshare AS share
                                        WHERE share.layer_id = layer.id), 0) AS value,
               coalesce(sum(layer.units) OVER (ORDER BY layer.id DESC
                        ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS newer
          FROM inventory_costlayer AS layer
         WHERE layer.sku_id = of_sku AND layer.warehouse_id = at_warehouse
    )
    SELECT (coalesce(sum(round(value::numeric * least(units, there - newer) / units))
                     FILTER (WHERE newer < there), 0)
            + round(greatest(there - coalesce(sum(units), 0), 0) * scale
                    * coalesce((SELECT average_before FROM inventory_costentry
                                 WHERE sku_id = of_sku AND warehouse_id = at_warehouse
                              ORDER BY id LIMIT 1), 0)))::bigint
      FROM layers
$$
"""


class Migration(migrations.Migration):
    dependencies = [("inventory", "0005_purchasing")]
    operations = [
        migrations.RunSQL(
            "CREATE SEQUENCE inventory_purchase_seq START 1001",
            "DROP SEQUENCE inventory_purchase_seq",
        ),
        migrations.RunSQL(
            "CREATE SEQUENCE inventory_receipt_seq START 1001",
            "DROP SEQUENCE inventory_receipt_seq",
        ),
        migrations.RunSQL(
            FIFO, "DROP FUNCTION inventory_fifo_value(bigint, bigint, integer, integer)"
        ),
    ]
