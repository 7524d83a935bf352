"""A second person: an operation that waits for somebody else's yes."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from core.addresses import address
from core.ids import new_public_id


class ApprovalState(models.TextChoices):
    """How far the second person is."""

    WAITING = "waiting"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class Approval(models.Model):
    """The operation's name, its arguments and the facts on which the second person decides."""

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    operation = models.CharField(max_length=100, help_text="A key of core.operations.CATALOGUE.")
    arguments = models.JSONField()
    facts = models.JSONField(default=dict)
    sentence = models.CharField(max_length=300, help_text="What is asked, in the person's words.")
    subject = models.CharField(max_length=64, blank=True, help_text='"order:7"')
    permission = models.CharField(max_length=100, help_text="What the second person must have.")
    state = models.CharField(max_length=12, choices=ApprovalState, default=ApprovalState.WAITING)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+",
        help_text="The person, also behind a token; null: the system itself.",
    )  # fmt: skip
    asked_at = models.DateTimeField(db_default=Now())
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    note = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("asked_by")) | Q(state="withdrawn"),
                name="approval_by_a_second_person",
                violation_error_message="Somebody else has to approve what you asked for.",
            ),
            models.UniqueConstraint(
                fields=["operation", "arguments"],
                condition=Q(state="waiting"),
                name="approval_asked_once",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "-asked_at", "-id"], name="approval_by_state"),
            models.Index(
                fields=["subject", "asked_at"],
                name="approval_waiting_on",
                condition=Q(state="waiting"),
            ),
        ]

    def __str__(self) -> str:
        return self.sentence

    def get_absolute_url(self) -> str:
        return address("core:approval", self.public_id)
