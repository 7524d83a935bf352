"""The job queue: the row is the queue, Celery only the door bell. See core/jobs.py."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from core.addresses import address


class JobState(models.TextChoices):
    """Where a job is; `dead` waits for a person.

    `asked` is how operations write it: a plain row that collides with nobody's, so that no two
    transactions ever wait for each other through a shared key. The relay lets it wait in line.
    """

    ASKED = "asked"
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    DEAD = "dead"


class Job(models.Model):
    """Work to do for one key."""

    kind = models.CharField(max_length=64)
    key = models.CharField(max_length=200, help_text="The id it is about; a job reads the present.")
    state = models.CharField(max_length=8, choices=JobState, default=JobState.WAITING)
    not_before = models.DateTimeField(db_default=Now())
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0, help_text="Also the fencing token.")
    last_error = models.TextField(blank=True)
    request_id = models.CharField(max_length=64, blank=True, db_default="")
    created_at = models.DateTimeField(db_default=Now())
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "key"], condition=Q(state="waiting"), name="job_waits_once"
            ),
            models.UniqueConstraint(
                fields=["kind", "key"], condition=Q(state="running"), name="job_runs_alone"
            ),
        ]
        indexes = [
            models.Index(
                fields=["kind", "not_before", "id"], name="job_due", condition=Q(state="waiting")
            ),
            models.Index(
                fields=["kind", "lease_until"], name="job_leased", condition=Q(state="running")
            ),
            models.Index(fields=["id"], name="job_asked", condition=Q(state="asked")),
            models.Index(fields=["-id"], name="job_dead", condition=Q(state="dead")),
            models.Index(fields=["finished_at"], name="job_done", condition=Q(state="done")),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key} ({self.state})"

    def get_absolute_url(self) -> str:
        return address("core:job", self.pk)
