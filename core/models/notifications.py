"""What one person should know of: a mention, a question, an answer, the end of their work."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from core.actor import Actor
from core.ids import new_public_id


class NotificationKind(models.TextChoices):
    """Why a person is told."""

    MENTION = "mention", "Mention"
    APPROVAL_ASKED = "approval_asked", "Approval asked for"
    APPROVAL_DECIDED = "approval_decided", "Approval decided"
    BATCH_ENDED = "batch_ended", "Long work ended"
    ASSIGNED = "assigned", "Assigned to you"


class NotificationQuerySet(models.QuerySet["Notification"]):
    """Questions about notifications."""

    def visible_to(self, actor: Actor) -> Self:
        """Everybody sees their own, and nobody else's."""
        return self.filter(user=actor.user_id or 0)

    def not_read(self) -> Self:
        return self.filter(unread=True)


class Notification(models.Model):
    """One person is told once. It names ids only; its words come from what it is about."""

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=24, choices=NotificationKind)
    subject = models.CharField(max_length=64, help_text='"order:7"')
    outcome = models.CharField(max_length=24, blank=True, help_text='"approved", "failed"')
    note = models.ForeignKey("core.Note", models.SET_NULL, null=True, related_name="+")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+",
        help_text="The person behind it; null: the system.",
    )  # fmt: skip
    key = models.CharField(max_length=100, help_text="Once per person and key.")
    unread = models.BooleanField(default=True)
    created_at = models.DateTimeField(db_default=Now())

    objects = NotificationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "key"], name="notification_once"),
            models.CheckConstraint(
                condition=models.Q(kind__in=NotificationKind.values),
                name="notification_kind_is_known",
            ),
        ]
        indexes = [
            models.Index(fields=["user", "-unread", "-id"], name="notification_unread_first"),
            models.Index(
                fields=["subject"], name="notification_to_settle",
                condition=models.Q(unread=True),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"
