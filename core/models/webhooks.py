"""Outgoing webhooks: who wants to hear of what, and what was sent."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from core.ids import new_public_id


class WebhookEndpoint(models.Model):
    """An address that is told of events, signed as Standard Webhooks says."""

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    url = models.URLField(max_length=500)
    secret = models.CharField(max_length=100, help_text="whsec_…")
    events = ArrayField(models.CharField(max_length=100), default=list, help_text="Empty: all.")
    active = models.BooleanField(default=True)
    last_number = models.BigIntegerField(default=0, help_text="The feed is delivered up to here.")

    def __str__(self) -> str:
        return self.url


class WebhookDelivery(models.Model):
    """One event for one endpoint: sent, or tried again until it is dead."""

    endpoint = models.ForeignKey(WebhookEndpoint, models.CASCADE, related_name="deliveries")
    number = models.BigIntegerField(help_text="The event's number in the feed.")
    state = models.CharField(max_length=12, default="waiting")  # waiting, sent, failed
    status = models.PositiveSmallIntegerField(null=True, help_text="HTTP status of the answer.")
    answer = models.CharField(max_length=500, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(db_default=Now())
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["endpoint", "number"], name="webhook_once_per_event")
        ]
        indexes = [models.Index(fields=["-id"], name="webhook_newest")]

    def __str__(self) -> str:
        return f"{self.number} ({self.state})"
