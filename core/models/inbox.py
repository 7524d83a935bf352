"""What comes in from outside: taken once, kept raw for a while."""

from django.db import models
from django.db.models.functions import Now


class InboxState(models.TextChoices):
    """What became of a message."""

    DONE = "done"
    PARKED = "parked"  # what it is about is not known yet
    DEAD = "dead"


class InboxMessage(models.Model):
    """One incoming message; its effect commits with it."""

    source = models.CharField(max_length=64, help_text='"carrier:swift"')
    event_id = models.CharField(max_length=200)
    state = models.CharField(max_length=12, choices=InboxState, default=InboxState.DONE)
    body = models.BinaryField(null=True, help_text="Raw; null after the retention date.")
    keep_until = models.DateTimeField()
    reason = models.CharField(max_length=300, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    received_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "event_id"], name="inbox_taken_once")
        ]
        indexes = [
            models.Index(fields=["id"], name="inbox_parked", condition=models.Q(state="parked")),
            models.Index(fields=["keep_until"], name="inbox_by_retention"),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.event_id}"
