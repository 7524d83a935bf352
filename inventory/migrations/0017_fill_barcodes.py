"""Every SKU's barcode becomes a row that scanners find; SKUs put away before are archived ones."""

from django.db import migrations

CHUNK = 5_000
PUT_AWAY = """
UPDATE inventory_sku AS sku SET archived_at = updated_at
 WHERE NOT active AND NOT EXISTS (
       SELECT FROM inventory_stocklevel AS level
        WHERE level.sku_id = sku.id
          AND (on_hand > 0 OR allocated > 0 OR incoming > 0 OR damaged > 0 OR quarantine > 0))
"""


def _gtin(text):
    """As the model had it then: 8 or 12 to 14 digits, the last one of them the check digit."""
    if not (text.isascii() and text.isdigit() and len(text) in (8, 12, 13, 14) and int(text)):
        return False
    weighted = (int(d) * (1 if at % 2 else 3) for at, d in enumerate(reversed(text[:-1])))
    return -sum(weighted) % 10 == int(text[-1])


def fill(apps, _schema):
    Sku, Barcode = apps.get_model("inventory", "Sku"), apps.get_model("inventory", "Barcode")
    rows = Sku.objects.exclude(barcode=None).exclude(barcode="").order_by("pk")
    taken, batch = set(), []
    for sku_id, text in rows.values_list("pk", "barcode").iterator(chunk_size=CHUNK):
        kind, key = ("gtin", text.zfill(14)) if _gtin(text) else ("internal", text)
        if key in taken:  # one number written in two ways, on two SKUs: the first has it
            kind, key = "internal", text
        taken.add(key)
        batch.append(Barcode(sku_id=sku_id, text=text, key=key, kind=kind))
        if len(batch) == CHUNK:
            Barcode.objects.bulk_create(batch)
            batch.clear()
    Barcode.objects.bulk_create(batch)


class Migration(migrations.Migration):
    dependencies = [("inventory", "0016_products")]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.RunSQL(PUT_AWAY, migrations.RunSQL.noop),
    ]
