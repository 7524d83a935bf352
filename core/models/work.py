"""Work for people: what waits, for whom, until when."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from core.actor import ALL, Actor
from core.addresses import address
from core.ids import new_public_id


class WorkItemQuerySet(models.QuerySet["WorkItem"]):
    """Questions people ask about waiting work."""

    def visible_to(self, actor: Actor) -> Self:
        """What the actor may do, where it reaches; work that is bound to no place counts too."""
        rows = self if actor.everywhere else self.filter(permission__in=actor.permissions)
        for column in ("channel_id", "warehouse_id"):
            if (ids := actor.ids(column)) is not ALL:
                rows = rows.filter(Q(**{column: None}) | Q(**{f"{column}__in": ids}))
        return rows

    def open(self) -> Self:
        return self.filter(done_at=None)

    def ready(self) -> Self:
        """Open and not snoozed."""
        return self.open().filter(Q(snoozed_until=None) | Q(snoozed_until__lte=Now()))

    def about(self, subject: str) -> Self:
        """What is open about "order:7", and whether somebody holds it now (`held`)."""
        held = Q(owner__isnull=False, lease_until__gt=Now())
        rows = self.ready().filter(subject=subject).select_related("owner")
        return rows.annotate(held=models.ExpressionWrapper(held, models.BooleanField()))

    def snoozed(self) -> Self:
        return self.open().filter(snoozed_until__gt=Now())

    def free_for(self, user_id: int | None) -> Self:
        """Ready, and claimed by nobody else whose lease still runs."""
        mine = Q(owner=user_id) if user_id else Q(owner=None)
        return self.ready().filter(Q(owner=None) | mine | Q(lease_until__lte=Now()))


class WorkItem(models.Model):
    """One thing for a person to do; it leaves the queue when its subject no longer needs it."""

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    kind = models.CharField(max_length=64, help_text='"fraud.review"')
    subject = models.CharField(max_length=64, help_text='"order:7"')
    title = models.CharField(max_length=200)
    url = models.CharField(max_length=200, blank=True)
    permission = models.CharField(max_length=100, help_text="Who may do it.")
    channel_id = models.BigIntegerField(null=True, help_text="Null: bound to no channel.")
    warehouse_id = models.BigIntegerField(null=True, help_text="Null: bound to no warehouse.")
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

    objects = WorkItemQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject"], condition=Q(done_at=None), name="work_item_open_once"
            )
        ]
        indexes = [
            models.Index(fields=["kind", "due", "id"], name="work_open", condition=Q(done_at=None)),
            models.Index(fields=["subject"], name="work_about", condition=Q(done_at=None)),
            models.Index(
                fields=["priority", "id"], name="work_by_priority", condition=Q(done_at=None)
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return address("core:work", self.public_id)
