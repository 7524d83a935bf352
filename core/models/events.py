"""The event log: what happened, in the order in which it was committed."""

from functools import reduce
from operator import or_
from typing import Self, cast

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from core.actor import ALL, Actor
from core.models.scoped import no_truncate


class EventQuerySet(models.QuerySet["EventRecord"]):
    """Questions about what happened."""

    def numbered(self) -> Self:
        """What the relay has taken in: only these can be read without missing any."""
        return self.filter(number__isnull=False)

    def visible_to(self, actor: Actor) -> Self:
        """Who reaches everything sees everything; others what names a place within their reach.

        An event that names neither channel nor warehouse is for the former only.
        """
        columns = ("channel_id", "warehouse_id")
        bound = {c: ids for c in columns if (ids := actor.ids(c)) is not ALL}
        if not bound:
            return self
        rows = self.filter(reduce(or_, (Q(payload__has_key=column) for column in bound)))
        for column, ids in bound.items():
            inside = Q(**{f"payload__{column}__in": sorted(cast("frozenset[int]", ids))})
            rows = rows.filter(~Q(payload__has_key=column) | inside)
        return rows


class EventRecord(models.Model):
    """One thing that happened. `number` is null until the relay has seen it committed."""

    number = models.BigIntegerField(null=True, unique=True)
    name = models.CharField(max_length=100)
    payload = models.JSONField()
    subjects = ArrayField(models.CharField(max_length=64))
    actor = models.CharField(max_length=64)
    live = models.BooleanField(default=True)
    happened_at = models.DateTimeField(help_text="Business time.")
    recorded_at = models.DateTimeField(db_default=Now())
    request_id = models.CharField(max_length=64, blank=True, db_default="")

    objects = EventQuerySet.as_manager()

    class Meta:
        indexes = [
            GinIndex(fields=["subjects"], name="event_by_subject"),
            models.Index(fields=["id"], name="event_not_numbered", condition=Q(number=None)),
            models.Index(fields=["name", "number"], name="event_by_name"),
        ]
        triggers = [
            pgtrigger.ReadOnly(name="only_the_number_is_set", exclude=["number"]),
            pgtrigger.Protect(
                name="number_is_set_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__number__isnull=False),
            ),
            pgtrigger.Protect(name="no_delete", operation=pgtrigger.Delete),
            no_truncate(),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.payload}"
