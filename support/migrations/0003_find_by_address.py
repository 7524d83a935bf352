"""Cases and mails are found by the address they came from or went to."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models.functions import Upper


class Migration(migrations.Migration):
    atomic = False  # the tables stay open meanwhile
    dependencies = [("support", "0002_number_sequence")]
    operations = [
        AddIndexConcurrently("case", models.Index(Upper("sender"), name="case_by_sender")),
        AddIndexConcurrently("notice", models.Index(Upper("to"), name="notice_by_address")),
    ]
