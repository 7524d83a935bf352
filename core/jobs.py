"""Jobs: the row is the queue, Celery is only the door bell.

A kind of job is a function in `<app>/tasks.py`. Losing every bell loses
nothing: the relay rings again for whatever is due.

Asking never waits for anybody. An operation writes its wish as a plain row
(`asked`); the relay, alone, lets one row per key wait in line. Were the waiting
row itself inserted by operations, two orders that ask for the same key would
wait for each other's commit.
"""

import logging
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import timedelta
from operator import itemgetter
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models.functions import Now
from kombu.exceptions import OperationalError as BrokerDown

from core.actor import Actor, acting
from core.events import wake_relay_after_commit
from core.models import Job, JobState
from core.statements import run_sql
from core.tracing import current_request_id, within_request

LIMIT = 8  # failed attempts, then a person looks at it
ADMIT_LOCK = 7_002  # the advisory lock of who lets asked-for jobs wait in line
ADMIT = 1_000  # wishes at once
NOTED_SECONDS = 0.5  # the done ones of a batch wait no longer to be noted
BELL_SECONDS = 30  # a bell that nobody heard until then is void: the relay rings again

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Asked:
    """A wish for work, before it is a row."""

    kind: str
    key: str
    wait: timedelta
    request_id: str


_deriving: ContextVar[list[Asked] | None] = ContextVar("deriving", default=None)
_running: ContextVar["Running | None"] = ContextVar("running_job", default=None)


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
        self.add_many([key], wait=wait)

    def add_many(self, keys: Iterable[object], *, wait: timedelta = timedelta()) -> None:
        """`add` for many keys in one statement."""
        request_id = current_request_id()
        wishes = [Asked(self.name, str(key), wait, request_id) for key in keys]
        gathered = _deriving.get()
        if gathered is not None:
            gathered.extend(wishes)
        elif wishes:
            _write(wishes)
            wake_relay_after_commit()

    def ring(self) -> None:
        from core.tasks import work

        try:
            work.apply_async((self.name,), queue=self.queue, retry=False, expires=BELL_SECONDS)
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


# -- asking ------------------------------------------------------------------------------------


@contextmanager
def gathering_jobs() -> Iterator[None]:
    """Write what is asked for inside in one statement at the end: the relay's way."""
    gathered: list[Asked] = []
    token = _deriving.set(gathered)
    try:
        yield
    finally:
        _deriving.reset(token)
    once = {(wish.kind, wish.key, wish.wait): wish for wish in gathered}
    _write(once.values())


def _write(wishes: Iterable[Asked]) -> None:
    rows = list(wishes)
    if rows:
        run_sql(
            "core/ask_jobs",
            kinds=[wish.kind for wish in rows],
            keys=[wish.key for wish in rows],
            waits=[wish.wait for wish in rows],
            request_ids=[wish.request_id for wish in rows],
        )


def admit_jobs() -> int:
    """Let asked-for jobs wait in line, one per key; return how many wishes were looked at.

    One process at a time does it; 0 also when another is at it.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [ADMIT_LOCK])
            if not cursor.fetchone()[0]:
                return 0
        try:
            with transaction.atomic():
                return _admit()
        except IntegrityError:  # a failed twin went back to waiting just now: next turn sees it
            return 0


def _admit() -> int:
    """Wishes become waiting jobs, or go when their key waits already.

    One may go then: it was committed before the twin was looked for, and the twin is claimed
    only after that, so whoever runs the twin sees what the wish was about. A twin's first try
    is brought forward; after a failure its back-off stands. In plain steps by id, because one
    statement with joins is planned badly while the table's statistics are old.
    """
    columns = ("id", "kind", "key", "not_before")
    wishes = list(Job.objects.filter(state=JobState.ASKED).order_by("id").values(*columns)[:ADMIT])
    if not wishes:
        return 0
    first: dict[tuple[str, str], dict[str, Any]] = {}
    for wish in sorted(wishes, key=itemgetter("not_before")):
        first.setdefault((wish["kind"], wish["key"]), wish)
    waiting = _waiting_of(first.keys())
    ids = {wish["id"] for pair, wish in first.items() if pair not in waiting}
    Job.objects.filter(pk__in=ids).update(state=JobState.WAITING)
    merged = [wish["id"] for wish in wishes if wish["id"] not in ids]
    Job.objects.filter(pk__in=merged)._raw_delete(connection.alias)
    for pair, twin in waiting.items():
        if not twin["attempts"] and first[pair]["not_before"] < twin["not_before"]:
            untried = Job.objects.filter(pk=twin["id"], state=JobState.WAITING, attempts=0)
            untried.update(not_before=first[pair]["not_before"])
    return len(wishes)


def _waiting_of(pairs: Iterable[tuple[str, str]]) -> dict[tuple[str, str], dict[str, Any]]:
    wanted = set(pairs)
    twins = Job.objects.filter(
        state=JobState.WAITING,
        kind__in={kind for kind, _ in wanted},
        key__in={key for _, key in wanted},
    ).values("id", "kind", "key", "not_before", "attempts")
    return {pair: twin for twin in twins if (pair := (twin["kind"], twin["key"])) in wanted}


# -- working -----------------------------------------------------------------------------------


@dataclass
class Running:
    """The job that this thread is at; its attempts are the fencing token."""

    id: int
    kind: Kind
    key: str
    attempts: int
    renewed_at: float

    @property
    def is_last_try(self) -> bool:
        return self.attempts >= LIMIT

    @property
    def is_old(self) -> bool:
        """Whether so much of the lease has gone by that it should be renewed."""
        return time.monotonic() - self.renewed_at >= self.kind.lease.total_seconds() / 4

    def renew(self) -> bool:
        """Take the lease again, from now; False when another worker has the job by now."""
        mine = Job.objects.filter(pk=self.id, state=JobState.RUNNING, attempts=self.attempts)
        self.renewed_at = time.monotonic()
        return bool(mine.update(lease_until=Now() + self.kind.lease))


class LeaseLost(Exception):  # noqa: N818 - reads as what happened
    """Another worker has this job by now: whoever sees this stops."""


def running_job() -> Running | None:
    """Return the job that is being done here; None outside any."""
    return _running.get()


def keep_lease() -> None:
    """Tell that a long job still lives; cheap, call it often. Raises LeaseLost."""
    now = running_job()
    if now is None or not now.is_old:
        return
    if not now.renew():
        raise LeaseLost(f"{now.kind.name} {now.key}")


def work_off(kind: Kind) -> int:
    """Claim what is due (committed at once), do it; return how many jobs were claimed."""
    began = time.monotonic()
    claimed = _claim(kind)
    while not claimed and admit_jobs():  # the relay may be busy, or dead
        began = time.monotonic()
        claimed = _claim(kind)
    if len(claimed) == kind.batch:
        kind.ring()  # there may be more: let an idle worker join before this one starts
    gathered = _gathered(kind, [row["key"] for row in claimed])
    with _noting() as done:
        for row in claimed:
            with within_request(row["request_id"], job=f"{kind.name} {row['key']}"):
                now = Running(row["id"], kind, row["key"], row["attempts"], began)
                if now.is_old and not now.renew():
                    continue  # its lease ran out while earlier ones ran: another has it
                known = gathered.get(now.key)
                if _run(now, *(() if known is None else (known,))):
                    done(now)
    return len(claimed)


@contextmanager
def _noting() -> Iterator[Callable[[Running], None]]:
    """Note together which jobs are done: at the end, and each NOTED_SECONDS before.

    One that dies in between is done again, which is harmless.
    """
    ended: list[Running] = []
    noted_at = time.monotonic()

    def note() -> None:
        if ended:
            run_sql(
                "core/finish_jobs",
                ids=[job.id for job in ended],
                attempts=[job.attempts for job in ended],
            )
            ended.clear()

    def done(job: Running) -> None:
        nonlocal noted_at
        ended.append(job)
        if time.monotonic() - noted_at >= NOTED_SECONDS:
            note()
            noted_at = time.monotonic()

    try:
        yield done
    finally:
        note()


def _gathered(kind: Kind, keys: list[str]) -> dict[str, Any]:
    if not kind.gather or not keys:
        return {}
    try:
        with acting(Actor(name=f"job:{kind.name}", everywhere=True)):
            return kind.gather(keys)
    except Exception:  # one bad key must not fail the others: each then reads for itself
        logger.exception("gathering for %s failed", kind.name)
        return {}


def _claim(kind: Kind) -> list[dict[str, Any]]:
    for _ in range(3):
        try:
            return run_sql(
                "core/claim_jobs",
                kind=kind.name,
                lease=kind.lease,
                limit=kind.batch,
                attempts=LIMIT,
            )
        except IntegrityError:  # a twin of its key was claimed in this very moment: look again
            continue
    return []


def _run(now: Running, *known: Any) -> bool:
    """Do one job; True when it has ended well, a failure is noted here."""
    token = _running.set(now)
    try:
        with acting(Actor(name=f"job:{now.id}", everywhere=True)):
            now.kind.do(now.key, *known)
    except LeaseLost:
        logger.warning("job %s %s went to another worker", now.kind.name, now.key)
    except Exception as error:
        logger.exception("job %s %s failed", now.kind.name, now.key)
        _fail(now, f"{type(error).__name__}: {error}"[:2000].replace("\x00", ""))
    else:
        return True
    finally:
        _running.reset(token)
    return False


def _fail(now: Running, error: str) -> None:
    wait = timedelta(seconds=min(4**now.attempts, 3600))
    for _ in range(3):
        try:
            run_sql(
                "core/fail_job", id=now.id, attempts=now.attempts, limit=LIMIT, wait=wait,
                error=error,
            )  # fmt: skip
            return
        except IntegrityError:  # a newer wish of its key began to wait just now: look again
            continue
