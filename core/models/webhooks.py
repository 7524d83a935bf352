"""Outgoing webhooks: who wants to hear of what, and what was sent."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from core.addresses import address
from core.ids import new_public_id


class WebhookEndpoint(models.Model):
    """An address that is told of events, signed as Standard Webhooks says."""

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    url = models.URLField(max_length=500)
    secret = models.CharField(max_length=100, editable=False, help_text="whsec_…")
    events = ArrayField(
        models.CharField(max_length=100), default=list, blank=True, help_text="Names; empty: all."
    )
    active = models.BooleanField(default=True)
    failures = models.PositiveIntegerField(
        default=0, editable=False, help_text="Deliveries given up in a row; too many switch it off."
    )
    created_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return self.url

    def get_absolute_url(self) -> str:
        return address("core:webhook", self.public_id)


class DeliveryState(models.TextChoices):
    """How far a delivery is."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"  # given up; a person may send it again


class WebhookDelivery(models.Model):
    """One event for one endpoint: sent, or tried again until it is given up."""

    endpoint = models.ForeignKey(WebhookEndpoint, models.CASCADE, related_name="deliveries")
    number = models.BigIntegerField(help_text="The event's number in the feed.")
    event = models.CharField(max_length=100, help_text="The event's name.")
    state = models.CharField(max_length=12, choices=DeliveryState, default=DeliveryState.WAITING)
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
