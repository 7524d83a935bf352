"""The relay: numbers committed events, derives reactions and jobs, rings for what is due."""

import json
import logging
from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Q
from django.db.models.functions import Now

from core.actor import SYSTEM, acting
from core.events import HANDLERS, HISTORY_TOO, REGISTRY
from core.jobs import KINDS, LIMIT, job
from core.models import EventRecord, Job, JobState
from core.statements import run_sql
from core.tracing import within_request

BATCH = 500
LOCK = 7_001  # the advisory lock that makes one relay the active one

logger = logging.getLogger(__name__)


def relay_once() -> int:
    """Take in one batch of committed events; 0 when there is none or another relay is active."""
    with transaction.atomic(), acting(SYSTEM):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
            if not cursor.fetchone()[0]:
                return 0
        batch = sorted(run_sql("core/number_events", limit=BATCH), key=lambda row: row["number"])
        for row in batch:
            for path in HANDLERS.get(row["name"], ()):
                if row["live"] or path in HISTORY_TOO:
                    _react(path, row)
    return len(batch)


def _react(path: str, row: dict[str, Any]) -> None:
    try:
        with transaction.atomic(), within_request(row["request_id"]):
            _call(path, row["name"], row["payload"])
    except Exception:
        logger.exception("%s failed on event %s; it becomes a job", path, row["number"])
        retry_reaction.add(f"{row['id']} {path}")


@job("core.retry_reaction", queue="default", lease=timedelta(seconds=60))
def retry_reaction(key: str) -> None:
    """Call one handler that failed, alone, so that it holds up no other."""
    record_id, path = key.split()
    record = EventRecord.objects.get(pk=record_id)
    with transaction.atomic(), acting(SYSTEM), within_request(record.request_id):
        _call(path, record.name, record.payload)


def _call(path: str, name: str, payload: dict | str) -> None:
    fields = json.loads(payload) if isinstance(payload, str) else payload
    HANDLERS[name][path](REGISTRY[name](**fields))


def ring_due() -> None:
    """Ring for each kind that has due jobs; bury those that died with their worker too often."""
    Job.objects.filter(
        state=JobState.RUNNING, lease_until__lte=Now(), attempts__gte=LIMIT
    ).update(state=JobState.DEAD, lease_until=None)  # fmt: skip
    waiting = Q(state=JobState.WAITING, not_before__lte=Now())
    expired = Q(state=JobState.RUNNING, lease_until__lte=Now())
    due = Job.objects.filter(waiting | expired).values_list("kind", flat=True).distinct()
    for name in sorted(set(due) & KINDS.keys()):
        KINDS[name].ring()
