"""Automatic decisions that explain themselves."""

from django.db import models

from core.addresses import address
from core.ids import new_public_id
from core.models.scoped import append_only


class Decision(models.Model):
    """What was decided, among which candidates, why the others were not, by which policy.

    `candidates` and `rejects` are lists of {"key", "label", "score"?, "facts", "code"?, "reason"?}.
    """

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    kind = models.CharField(max_length=64, help_text='"shipping.select_carrier"')
    subject = models.CharField(max_length=64, help_text='"order:7"')
    candidates = models.JSONField(default=list)
    rejects = models.JSONField(default=list)
    chosen = models.CharField(max_length=200, blank=True, help_text="A candidate's key, or empty.")
    sentence = models.CharField(max_length=500, help_text="The choice and its why, in words.")
    policy = models.CharField(max_length=100, help_text="Name and version of the rule.")
    inputs = models.JSONField(default=dict)
    actor = models.CharField(max_length=64)
    decided_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["subject", "-id"], name="decision_by_subject"),
            models.Index(fields=["kind", "-id"], name="decision_by_kind"),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return self.sentence

    def get_absolute_url(self) -> str:
        return address("core:decision", self.public_id)
