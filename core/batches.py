"""Batches: long work that a person watches. Imports, exports, bulk acts.

A kind is a class (or, for the simplest, a function of one row):

    @batch_kind("inventory.import_stock", permission="inventory.import_stock")
    class ImportStock:
        def prepare(self, batch):        # once; optional: rows from batch.file_in, or none
            yield key, data
        def each(self, row) -> str:      # one row, in a transaction of its own
            return "Set to 12."

Instead of `each`, a kind that works set by set has `run(batch, progress)`: it calls
`progress(done, failed, report)` after each of its own transactions and can be called again
after it was cut off at any such point; its rows, if any, are a list for people to read.
`again(batch)`, optional, makes an ended batch ready to be tried again (else its failed rows
wait once more). `finish(batch)`, optional, writes `file_out`.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from django.core.files import File
from django.db import transaction
from django.db.models import Count, Q

from core import clock
from core.actor import SYSTEM, Actor, acting, current_actor
from core.errors import BadValue, BatchOver, NotPermitted, NotThere, Refused
from core.events import publish
from core.facts import BatchFinished, BatchStarted
from core.jobs import job, keep_lease, running_job
from core.models import Batch, BatchRow, BatchState, NotificationKind, RowState
from core.notifications import tell
from core.operations import lock, operation, outermost
from core.principals import actor_named
from core.problems import problem_of
from core.registry import Registry

SLICE_SECONDS = 240  # then the job makes room and goes on in a new one
TELL_SECONDS = 0.5
CHUNK = 500

Rows = Iterable[tuple[str, dict[str, Any]]]


@dataclass(frozen=True)
class BatchKind:
    """How one kind of batch is done."""

    name: str
    permission: str
    work: Any  # an object with prepare, each, run, finish: see above


KINDS: Registry[BatchKind] = Registry("batch kinds")


class _Pause(Exception):  # noqa: N818 - an outcome
    """The slice is over; the job goes on in a new one."""


class _Cancelled(Exception):  # noqa: N818 - an outcome
    """Somebody cancelled the batch."""


def batch_kind(name: str, *, permission: str) -> Callable[[Any], Any]:
    """Make a class, or a function of one row, a kind of batch."""

    def register(work: Any) -> Any:
        if isinstance(work, type):
            made = work()
        else:
            made = type(work.__name__, (), {"each": staticmethod(work)})()
        KINDS.add(name, BatchKind(name, permission, made))
        return work

    return register


# -- doors -------------------------------------------------------------------------------------


@operation(permission="core.start_batch")
def start_batch(
    kind: str,
    *,
    title: str,
    options: dict[str, Any] | None = None,
    file: Any = None,
    rows: Rows | None = None,
) -> Batch:
    """Ask for long work; it begins by itself, as whoever asked, and shows on /batches/.

    `file` is an uploaded file or a path; `rows` are (key, data), when the caller knows them.
    Raises NotPermitted without the kind's own permission. Publishes batch.started.
    """
    _require(kind)
    actor = current_actor()
    batch = Batch(
        kind=kind,
        title=title[:200],
        options=options or {},
        asked_by_id=actor.user_id,
        actor=actor.name,
        created_at=clock.now(),
    )
    if file is not None:
        _keep(batch, file)
    batch.save()
    if rows is not None:
        add_rows(batch, rows)
    publish(BatchStarted(batch_id=batch.pk, kind=kind))
    run_batch.add(batch.pk)
    return batch


def add_rows(batch: Batch, rows: Rows) -> int:
    """Write rows of a batch, numbered on from what it has; return how many it has then."""
    count = batch.rows.count()
    numbered = iter(rows)
    while chunk := list(islice(numbered, CHUNK)):
        BatchRow.objects.bulk_create(
            BatchRow(batch=batch, position=count + place, key=str(key)[:200], data=data)
            for place, (key, data) in enumerate(chunk, 1)
        )
        count += len(chunk)
        keep_lease()
    batch.total = count
    batch.save(update_fields=["total"])
    return count


@operation(permission="core.retry_batch")
def retry_batch(batch_id: int) -> Batch:
    """Try what failed again: the rows, or the whole when it broke off.

    Raises BatchOver while it still runs. Publishes batch.started.
    """
    batch = _lock(batch_id)
    ended = batch.state in {BatchState.DONE, BatchState.FAILED, BatchState.CANCELLED}
    if not ended and not batch.has_stopped:
        raise BatchOver(state=batch.state, wanted="tried again")
    again = getattr(KINDS[batch.kind].work, "again", None) or _failed_rows_wait
    again(batch)
    batch.state, batch.finished_at, batch.last_error = BatchState.WAITING, None, ""
    batch.seen_at = None
    batch.save(update_fields=["state", "finished_at", "last_error", "seen_at"])
    publish(BatchStarted(batch_id=batch.pk, kind=batch.kind))
    run_batch.add(batch.pk)
    return batch


def _failed_rows_wait(batch: Batch) -> None:
    batch.rows.filter(state=RowState.FAILED).update(state=RowState.WAITING, code="", message="")


@operation(permission="core.cancel_batch")
def cancel_batch(batch_id: int) -> Batch:
    """Stop the work after the row that it is at; what is done stays done.

    Raises BatchOver when it has ended. Publishes batch.finished.
    """
    batch = _lock(batch_id)
    if batch.state not in {BatchState.WAITING, BatchState.RUNNING}:
        raise BatchOver(state=batch.state, wanted="cancelled")
    _end(batch, BatchState.CANCELLED)
    return batch


def _lock(batch_id: int) -> Batch:
    batch = lock(Batch, batch_id)
    if not Batch.objects.visible_to(current_actor()).filter(pk=batch_id).exists():
        raise NotThere(kind="batch")
    _require(batch.kind)
    return batch


def _require(kind: str) -> None:
    if kind not in KINDS:
        raise BadValue(field="kind", fix="There is no such work.")
    if outermost() and not current_actor().may(KINDS[kind].permission):
        raise NotPermitted(permission=KINDS[kind].permission)


def _keep(batch: Batch, file: Any) -> None:
    if isinstance(file, str | Path):
        with Path(file).open("rb") as opened:
            batch.file_in.save(Path(file).name, File(opened), save=False)
    else:
        batch.file_in.save(Path(file.name).name, file, save=False)


# -- the work ----------------------------------------------------------------------------------


@job("core.run_batch", queue="default", lease=timedelta(minutes=2))
def run_batch(batch_id: str) -> None:
    """Do a batch, or what is left of it. A row's effect and its result commit together."""
    batch = Batch.objects.get(pk=batch_id)
    if batch.state not in {BatchState.WAITING, BatchState.RUNNING}:
        return
    progress = Progress(batch)
    try:
        with _as_whoever_asked(batch):
            _work(batch, KINDS[batch.kind], progress)
    except _Pause:
        run_batch.add(batch_id)
    except _Cancelled:
        progress.tell()
    except Refused as refusal:
        _close(batch, BatchState.FAILED, error=str(refusal))
    except Exception as error:
        now = running_job()
        if now is None or now.is_last_try:
            _close(batch, BatchState.FAILED, error=f"{type(error).__name__}: {error}"[:500])
        raise
    else:
        progress.tell()
        _close(batch, BatchState.DONE)


def _work(batch: Batch, kind: BatchKind, progress: "Progress") -> None:
    _begin(batch, kind)
    if hasattr(kind.work, "run"):
        kind.work.run(batch, progress)
    else:
        _do_rows(batch, kind, progress)
    finish = getattr(kind.work, "finish", None)
    if finish is not None:
        finish(batch)


class Progress:
    """Tells how far the batch is; stops it when it was cancelled or has worked long enough."""

    def __init__(self, batch: Batch) -> None:
        self.batch = batch
        self._began = time.monotonic()
        self._told = 0.0

    def __call__(self, done: int, failed: int = 0, report: dict[str, Any] | None = None) -> None:
        """Say how many rows are done and failed so far; call it outside transactions, often."""
        self.batch.done, self.batch.failed = done, failed
        fields: dict[str, Any] = {"done": done, "failed": failed}
        if report is not None:
            self.batch.report = fields["report"] = report
        Batch.objects.filter(pk=self.batch.pk).update(**fields)
        self.check()

    def check(self) -> None:
        """Stop here, when it is time to."""
        keep_lease()
        if Batch.objects.filter(pk=self.batch.pk, state=BatchState.CANCELLED).exists():
            raise _Cancelled
        if running_job() is not None and time.monotonic() - self._began > SLICE_SECONDS:
            raise _Pause

    def row_done(self) -> None:
        """After each row: tell twice a second, no more."""
        if time.monotonic() - self._told > TELL_SECONDS:
            self._told = time.monotonic()
            self.tell()
            self.check()

    def tell(self) -> None:
        """Count the rows; a kind that works set by set has told its numbers itself."""
        if hasattr(KINDS[self.batch.kind].work, "run"):
            return
        counts = self.batch.rows.aggregate(
            total=Count("id"),
            done=Count("id", filter=Q(state__in=[RowState.DONE, RowState.UNDONE])),
            failed=Count("id", filter=Q(state=RowState.FAILED)),
        )
        if counts["total"]:
            Batch.objects.filter(pk=self.batch.pk).update(
                done=counts["done"], failed=counts["failed"]
            )


def _begin(batch: Batch, kind: BatchKind) -> None:
    """Prepare once; cut off in the middle, it prepares anew."""
    prepare = getattr(kind.work, "prepare", None)
    if batch.started_at is None:
        if prepare is not None and (rows := prepare(batch)) is not None:
            batch.rows.all().delete()
            add_rows(batch, rows)
        batch.started_at = clock.now()
    batch.state = BatchState.RUNNING
    batch.save()


def _do_rows(batch: Batch, kind: BatchKind, progress: Progress) -> None:
    for row in _waiting(batch):
        row.batch = batch
        do_row(kind, row)
        progress.row_done()


def _waiting(batch: Batch) -> Iterator[BatchRow]:
    last = 0
    while True:
        rows = batch.rows.filter(state=RowState.WAITING, position__gt=last).order_by("position")
        chunk = list(rows[:CHUNK])
        if not chunk:
            return
        yield from chunk
        last = chunk[-1].position


def do_row(kind: BatchKind, row: BatchRow) -> None:
    """Do one row and say what became of it, in one transaction; a refusal is its result."""
    try:
        with transaction.atomic():
            told = kind.work.each(row)
            row.state, row.code, row.message = RowState.DONE, "", str(told or "")
            row.save(update_fields=["state", "code", "message", "result", "data"])
    except Exception as error:
        problem = problem_of(error)
        if problem is None or problem.code == "busy":
            raise  # a bug, or a busy database: the job tries again from this row on
        row.state, row.code, row.message = RowState.FAILED, problem.code, problem.sentence()
        row.save(update_fields=["state", "code", "message"])


def _close(batch: Batch, state: BatchState, error: str = "") -> None:
    with transaction.atomic(), acting(SYSTEM):
        fresh = Batch.objects.select_for_update(no_key=True).get(pk=batch.pk)
        if fresh.state in {BatchState.RUNNING, BatchState.WAITING}:
            fresh.last_error = error
            _end(fresh, state)


def _end(batch: Batch, state: BatchState) -> None:
    batch.state, batch.finished_at = state, clock.now()
    batch.save(update_fields=["state", "finished_at", "last_error"])
    about = f"batch:{batch.pk}"
    key = f"{about} {batch.finished_at.isoformat()}"  # tried again, it ends again
    tell([batch.asked_by_id], NotificationKind.BATCH_ENDED, about, key=key, outcome=state)
    publish(
        BatchFinished(
            batch_id=batch.pk,
            kind=batch.kind,
            state=state.value,
            done=batch.done,
            failed=batch.failed,
        )
    )


def _as_whoever_asked(batch: Batch) -> AbstractContextManager[Actor]:
    """With the rights that whoever asked has by now, under their name."""
    return acting(actor_named(batch.actor, batch.asked_by_id))
