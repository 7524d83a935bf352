"""The relay: numbers committed events, derives reactions and jobs, rings for what is due."""

import json
import logging
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Q
from django.db.models.functions import Now

from core.actor import SYSTEM, acting
from core.events import HANDLERS, HISTORY_TOO, REGISTRY
from core.jobs import KINDS, LIMIT, gathering_jobs, job
from core.models import EventRecord, Job, JobState
from core.statements import run_sql
from core.tracing import within_request
from core.webhooks import derive_deliveries

BATCH = 500
LOCK = 7_001  # the advisory lock that makes one relay the active one
BELL_EVERY_SECONDS = 0.5  # per kind: more bells wake nobody sooner

logger = logging.getLogger(__name__)
_rung: dict[str, float] = {}


def relay_once() -> int:
    """Take in one batch of committed events; 0 when there is none or another relay is active."""
    with transaction.atomic(), acting(SYSTEM):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
            if not cursor.fetchone()[0]:
                return 0
        batch = sorted(run_sql("core/number_events", limit=BATCH), key=lambda row: row["number"])
        _react_to_all(batch)
        derive_deliveries(batch)
    return len(batch)


def _react_to_all(batch: list[dict[str, Any]]) -> None:
    """Call all handlers at once; when one fails, each alone, so that it holds up no other."""
    if not any(True for row in batch for _ in _paths(row)):
        return
    try:
        with transaction.atomic(), gathering_jobs():
            for row in batch:
                for path in _paths(row):
                    with within_request(row["request_id"]):
                        _call(path, row["name"], row["payload"])
    except Exception as error:  # noqa: BLE001 - told below, by the one that fails
        logger.warning("a reaction failed, each is tried alone: %s", error)
        for row in batch:
            for path in _paths(row):
                _react(path, row)


def _paths(row: dict[str, Any]) -> Iterator[str]:
    for path in HANDLERS.get(row["name"], ()):
        if row["live"] or path in HISTORY_TOO:
            yield path


def _react(path: str, row: dict[str, Any]) -> None:
    try:
        with transaction.atomic(), gathering_jobs(), within_request(row["request_id"]):
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
    ).update(
        state=JobState.DEAD, lease_until=None, finished_at=Now(),
        last_error="Its worker died with it, every time.",
    )  # fmt: skip
    waiting = Q(state=JobState.WAITING, not_before__lte=Now())
    expired = Q(state=JobState.RUNNING, lease_until__lte=Now())
    due = Job.objects.filter(waiting | expired).values_list("kind", flat=True).distinct()
    moment = time.monotonic()
    for name in sorted(set(due) & KINDS.keys()):
        if moment - _rung.get(name, -BELL_EVERY_SECONDS) >= BELL_EVERY_SECONDS:
            _rung[name] = moment
            KINDS[name].ring()
