"""Long work that a person watches: imports, exports, bulk acts."""

from datetime import timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from core import clock
from core.actor import ALL, Actor
from core.addresses import address
from core.ids import new_public_id

SILENT = timedelta(minutes=5)  # longer than one piece of work takes


class BatchState(models.TextChoices):
    """How far a batch is."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class BatchQuerySet(models.QuerySet["Batch"]):
    """Questions about long work."""

    def visible_to(self, actor: Actor) -> Self:
        """Everybody sees their own work; who reaches every place sees all of it."""
        bound = any(actor.ids(column) is not ALL for column in ("channel_id", "warehouse_id"))
        return self.filter(asked_by=actor.user_id or 0) if bound else self


class Batch(models.Model):
    """One piece of long work: progress, a result per row, retry of the failed, file in and out."""

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    kind = models.CharField(max_length=64, help_text="A key of core.batches.KINDS.")
    title = models.CharField(max_length=200)
    state = models.CharField(max_length=12, choices=BatchState, default=BatchState.WAITING)
    options = models.JSONField(default=dict)
    file_in = models.FileField(upload_to="batches/in/", blank=True)
    file_out = models.FileField(upload_to="batches/out/", blank=True)
    total = models.PositiveIntegerField(null=True, help_text="Rows; null until counted.")
    done = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    report = models.JSONField(default=dict)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    actor = models.CharField(max_length=64)
    created_at = models.DateTimeField(db_default=Now())
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(
        null=True, help_text="Sign of life of work that no job looks after; null: a job does."
    )
    last_error = models.TextField(blank=True)

    objects = BatchQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["-created_at", "-id"], name="batch_newest")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return address("core:batch", self.public_id)

    @property
    def has_stopped(self) -> bool:
        """Whoever ran it is gone: a command that was killed says nothing any more."""
        silent = self.seen_at is not None and self.seen_at < clock.now() - SILENT
        return silent and self.state == BatchState.RUNNING

    @property
    def shown_state(self) -> str:
        return "Stopped" if self.has_stopped else str(self.get_state_display())


class RowState(models.TextChoices):
    """What became of a row."""

    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"
    UNDONE = "undone"


class BatchRow(models.Model):
    """One row of a batch: what was asked for, and what became of it."""

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="rows")
    position = models.PositiveIntegerField(help_text="The row's number in the file, from 1.")
    key = models.CharField(max_length=200, blank=True, help_text="The id it is about.")
    state = models.CharField(max_length=12, choices=RowState, default=RowState.WAITING)
    data = models.JSONField(default=dict)
    code = models.CharField(max_length=64, blank=True)
    message = models.TextField(blank=True)
    result = models.JSONField(null=True, help_text="What a bulk request through the API returns.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["batch", "position"], name="batch_row_once")]
        indexes = [models.Index(fields=["batch", "state", "position"], name="batch_row_by_state")]

    def __str__(self) -> str:
        return f"{self.position}: {self.state}"
