"""Where case numbers come from."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("support", "0001_initial")]
    operations = [
        migrations.RunSQL(
            "CREATE SEQUENCE support_case_seq START 1001",
            "DROP SEQUENCE support_case_seq",
        ),
    ]
