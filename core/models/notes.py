"""What people write on things; the event log only says that they did."""

from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now


class Note(models.Model):
    """A person's words on one thing. Not in the event log, so that they can be erased."""

    subject = models.CharField(max_length=64, help_text='"order:7"')
    text = models.TextField()
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    card_masked = models.BooleanField(default=False, help_text="A card number was taken out.")
    mentions = ArrayField(
        models.BigIntegerField(), default=list, db_default=[], help_text="People, told of it."
    )
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["subject", "-id"], name="note_by_subject")]

    audience: Any = None  # core.mentions.Audience, of a note just written

    def __str__(self) -> str:
        return self.text[:80]
