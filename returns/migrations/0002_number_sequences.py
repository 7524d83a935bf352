"""Where return and refund numbers come from."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("returns", "0001_initial")]
    operations = [
        migrations.RunSQL(
            "CREATE SEQUENCE returns_rma_seq START 1001",
            "DROP SEQUENCE returns_rma_seq",
        ),
        migrations.RunSQL(
            "CREATE SEQUENCE returns_refund_seq START 1001",
            "DROP SEQUENCE returns_refund_seq",
        ),
    ]
