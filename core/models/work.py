"""Work for people: what waits, for whom, until when."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from core.ids import new_public_id


class WorkItem(models.Model):
    """One thing for a person to do; it leaves the queue when its subject no longer needs it."""

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    kind = models.CharField(max_length=64, help_text='"fraud.review"')
    subject = models.CharField(max_length=64, help_text='"order:7"')
    title = models.CharField(max_length=200)
    url = models.CharField(max_length=200, blank=True)
    permission = models.CharField(max_length=100, help_text="Who may do it.")
    priority = models.SmallIntegerField(default=0, help_text="Higher first.")
    due = models.DateTimeField(null=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    lease_until = models.DateTimeField(null=True, help_text="The claim ends then by itself.")
    snoozed_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())
    done_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=100, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject"], condition=Q(done_at=None), name="work_item_open_once"
            )
        ]
        indexes = [
            models.Index(fields=["kind", "due", "id"], name="work_open", condition=Q(done_at=None))
        ]

    def __str__(self) -> str:
        return self.title
