"""Jobs: the row is the queue, Celery is only the door bell.

A kind of job is a function in `<app>/tasks.py`. Losing every bell loses
nothing: the relay rings again for whatever is due.
"""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models.functions import Now
from kombu.exceptions import OperationalError as BrokerDown

from core.actor import Actor, acting
from core.models import Job, JobState
from core.statements import run_sql
from core.tracing import current_request_id, within_request

LIMIT = 8  # failed attempts, then a person looks at it

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Kind:
    """One kind of job: what to do for a key, on which queue, within which lease."""

    name: str
    do: Callable[..., None]
    queue: str
    lease: timedelta
    batch: int
    gather: Callable[[list[str]], dict[str, Any]] | None = None

    def add(self, key: object, *, wait: timedelta = timedelta()) -> None:
        """Ask for the work; one that already waits for the same key is enough."""
        job = self._row(key, wait)
        Job.objects.bulk_create([job], ignore_conflicts=True)

    def add_many(self, keys: Iterable[object], *, wait: timedelta = timedelta()) -> None:
        """`add` for many keys in one statement."""
        jobs = [self._row(key, wait) for key in keys]
        Job.objects.bulk_create(jobs, ignore_conflicts=True, batch_size=1000)

    def _row(self, key: object, wait: timedelta) -> Job:
        return Job(
            kind=self.name,
            key=str(key),
            not_before=Now() + wait,
            request_id=current_request_id(),
        )

    def ring(self) -> None:
        from core.tasks import work

        try:
            work.apply_async((self.name,), queue=self.queue, retry=False)
        except BrokerDown:
            logger.warning("no broker: %s waits for the relay's next round", self.name)


KINDS: dict[str, Kind] = {}


def job(
    name: str,
    *,
    queue: str,
    lease: timedelta,
    batch: int = 1,
    gather: Callable[[list[str]], dict[str, Any]] | None = None,
) -> Callable[[Callable[..., None]], Kind]:
    """Make a function of one key a kind of job. It must be harmless to run twice.

    `gather` reads once, set-based, for all keys of a claimed batch; each run then gets
    its part as second argument, or none at all when gathering failed.
    """

    def register(do: Callable[..., None]) -> Kind:
        KINDS[name] = Kind(name, do, queue, lease, batch, gather)
        return KINDS[name]

    return register


def work_off(kind: Kind) -> int:
    """Claim what is due (committed at once), do it; return how many jobs were claimed."""
    claimed = run_sql(
        "core/claim_jobs", kind=kind.name, lease=kind.lease, limit=kind.batch, attempts=LIMIT
    )
    if len(claimed) == kind.batch:
        kind.ring()  # there may be more: let an idle worker join before this one starts
    gathered = _gathered(kind, [row["key"] for row in claimed])
    for row in claimed:
        _run(kind, **row, known=gathered.get(row["key"]))
    return len(claimed)


def _gathered(kind: Kind, keys: list[str]) -> dict[str, Any]:
    if not kind.gather or not keys:
        return {}
    try:
        with acting(Actor(name=f"job:{kind.name}", everywhere=True)):
            return kind.gather(keys)
    except Exception:  # one bad key must not fail the others: each then reads for itself
        logger.exception("gathering for %s failed", kind.name)
        return {}


def _run(
    kind: Kind,
    id: int,  # noqa: A002 - a column
    key: str,
    attempts: int,
    request_id: str,
    known: Any = None,
) -> None:
    with within_request(request_id, job=f"{kind.name} {key}"):
        _run_traced(kind, id, key, attempts, known)


def _run_traced(
    kind: Kind,
    id: int,  # noqa: A002 - a column
    key: str,
    attempts: int,
    known: Any,
) -> None:
    mine = Job.objects.filter(pk=id, state=JobState.RUNNING, attempts=attempts)
    if not mine.update(lease_until=Now() + kind.lease):
        return  # the lease ran out while earlier ones of the batch ran: another has it
    try:
        with acting(Actor(name=f"job:{id}", everywhere=True)):
            kind.do(key) if known is None else kind.do(key, known)
    except Exception as error:
        logger.exception("job %s %s failed", kind.name, key)
        wait = timedelta(seconds=min(4**attempts, 3600))
        run_sql(
            "core/fail_job", id=id, attempts=attempts, limit=LIMIT, wait=wait,
            error=f"{type(error).__name__}: {error}"[:2000],
        )  # fmt: skip
    else:
        mine.update(state=JobState.DONE, lease_until=None, finished_at=Now())
