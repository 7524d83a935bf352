from django.db import migrations


class Migration(migrations.Migration):
    """Order numbers come from a sequence: drawing one makes nobody wait."""

    dependencies = [("orders", "0001_initial")]
    operations = [
        migrations.RunSQL(
            "CREATE SEQUENCE orders_number_seq START 1001", "DROP SEQUENCE orders_number_seq"
        )
    ]
