"""What is thrown away, and when. Beat asks for it every night; running it twice is harmless."""

from datetime import timedelta

from django.db import connection
from django.db.models.functions import Now

from core.jobs import job, keep_lease
from core.models import InboxMessage, WorkItem

CHUNK = 5_000
DONE_JOBS = timedelta(days=7)
KEYS = timedelta(days=1)
DELIVERIES = timedelta(days=30)
NOTIFICATIONS = timedelta(days=90)

# what -> condition; the newest first would lock rows that are in use, so the oldest go first
OLD = {
    "core_job": (
        "state = 'done' AND finished_at < statement_timestamp() - %s::interval",
        DONE_JOBS,
    ),
    "core_idempotentrequest": ("created_at < statement_timestamp() - %s::interval", KEYS),
    "core_notification": (
        "created_at < statement_timestamp() - %s::interval",
        NOTIFICATIONS,
    ),
    "core_webhookdelivery": (
        "state <> 'waiting' AND created_at < statement_timestamp() - %s::interval",
        DELIVERIES,
    ),
}


@job("core.housekeeping", queue="default", lease=timedelta(minutes=5))
def housekeeping(_: str) -> None:
    """Delete what is old of OLD; empty raw bodies; free old claims."""
    for table, (condition, age) in OLD.items():
        while _delete_some(table, condition, age) == CHUNK:
            keep_lease()
    InboxMessage.objects.filter(keep_until__lte=Now(), body__isnull=False).update(body=None)
    WorkItem.objects.open().filter(owner__isnull=False, lease_until__lte=Now()).update(
        owner=None, lease_until=None
    )


def _delete_some(table: str, condition: str, age: timedelta) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM {table} WHERE id IN"  # noqa: S608 - from OLD
            f" (SELECT id FROM {table} WHERE {condition} LIMIT {CHUNK} FOR UPDATE SKIP LOCKED)",
            [f"{age.days} days"],
        )
        return int(cursor.rowcount)
