import django.contrib.postgres.fields
from django.db import migrations, models


def needs():
    base = models.CharField(max_length=16)
    return django.contrib.postgres.fields.ArrayField(
        base_field=base, blank=True, default=list, size=None
    )


class Migration(migrations.Migration):
    dependencies = [("inventory", "0017_fill_barcodes")]

    operations = [
        migrations.AddField("channel", "least_description", models.PositiveSmallIntegerField(default=1, help_text="Characters.")),
        migrations.AddField("channel", "least_pictures", models.PositiveSmallIntegerField(default=1)),
        migrations.AddField("channel", "list_needs", needs()),
        migrations.AddField("channel", "ship_needs", needs()),
    ]
