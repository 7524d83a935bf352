"""Run an import from file to report. Killed at any point and run again, it ends the same."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from core import clock
from core.errors import BadValue, BatchOver
from core.events import publish
from core.facts import BatchFinished
from core.models import Batch, BatchRow, BatchState
from core.operations import lock, operation
from core.statements import run_sql
from inventory.models import Channel
from orders.operations.imports.chunks import CHUNK, Target, make_codes_known, take_chunk, target_of
from orders.operations.imports.live import take_live
from orders.operations.imports.opening import KIND, open_import, profile_of
from orders.operations.imports.staging import drop_staged, stage_file, staged_is_whole

__all__ = ["KIND", "finish_import", "foresee", "open_import", "run_import", "start_over"]

Told = Callable[[Batch], None]


def run_import(batch_id: int, *, told: Told = lambda batch: None) -> Batch:
    """Do what is left of the batch; `told` hears of it after every transaction.

    Raises BadValue for a file that cannot be read (the batch has failed then), BatchOver
    when somebody cancels it: what is in stays in, and trying again goes on from there.
    """
    batch = Batch.objects.get(pk=batch_id)
    if batch.state == BatchState.DONE:
        return batch
    options = batch.options
    begin_import(batch_id)

    def tell() -> None:
        batch.refresh_from_db()
        told(batch)
        if batch.state == BatchState.CANCELLED:
            raise BatchOver(state=batch.state, wanted="gone on with")

    try:
        profile = profile_of(options["profile"])
        target = target_of(batch, Channel.objects.get(pk=options["channel_id"]), profile)
        if not staged_is_whole(batch):
            path = batch.file_in.path if batch.file_in else options["path"]
            stage_file(batch_id, path=path, profile=profile, limit=options["limit"], told=tell)
        tell()
        if options["dry_run"]:
            foresee(target, orders=batch.options["orders"])
        else:
            _take_all(batch, target, tell)
    except BadValue as refusal:
        fail_import(batch_id, error=str(refusal))
        raise
    return finish_import(batch_id)


def _take_all(batch: Batch, target: Target, tell: Callable[[], None]) -> None:
    make_codes_known(target)
    size = 1 if batch.options["live"] else CHUNK
    while (first := batch.options["next"]) <= batch.options["orders"]:
        if batch.options["live"]:
            take_live(target, number=first)
        else:
            take_chunk(target, first=first, last=min(first + size - 1, batch.options["orders"]))
        tell()


@operation(permission="orders.import_orders")
def foresee(target: Target, *, orders: int) -> dict[str, Any]:
    """A dry run: count what would become of each line, and write nothing but the report."""
    batch = lock(Batch, target.batch_id)
    run_sql("orders/import_orders", **target.params(1, orders))
    counts = run_sql("orders/import_count", **target.params(1, orders))
    unknown = run_sql("orders/import_unknown", **target.params(1, orders))[0]
    batch.report = {
        "dry_run": True,
        "outcomes": {
            row["outcome"]: {"rows": row["rows"], "value": str(row["value"])} for row in counts
        },
        "orders": sum(row["orders"] for row in counts if row["outcome"] == "imported"),
        "merged": sum(
            row["rows"] - row["distinct_lines"] for row in counts if row["outcome"] == "imported"
        ),
        "new_skus": unknown["codes"],
    }
    batch.done = batch.total or 0
    batch.save(update_fields=["report", "done"])
    return dict(batch.report)


@operation(permission="orders.import_orders")
def finish_import(batch_id: int) -> Batch:
    """Close the batch: prove that the outcomes add up to the file, and empty the staging.

    Publishes batch.finished.
    """
    batch = lock(Batch, batch_id)
    if batch.state == BatchState.DONE:  # two runs of it have shared the work
        return batch
    file = run_sql("orders/import_input", batch_id=batch_id)[0]
    outcomes = batch.report.get("outcomes", {})
    rows = sum(part["rows"] for part in outcomes.values())
    value = sum((Decimal(part["value"]) for part in outcomes.values()), Decimal(0))
    batch.report |= {
        "rows": file["rows"],
        "value": str(file["value"]),
        "balanced": rows == file["rows"] and value == file["value"],
    }
    batch.failed = outcomes.get("set_aside", {}).get("rows", 0)
    batch.done = file["rows"] - batch.failed
    batch.save(update_fields=["report", "done", "failed"])
    _end(batch, BatchState.DONE)
    drop_staged(batch_id)
    return batch


@operation(permission="orders.import_orders")
def begin_import(batch_id: int) -> None:
    """Note that the work is going on. Raises BatchOver for a cancelled batch."""
    batch = lock(Batch, batch_id)
    if batch.state == BatchState.CANCELLED:
        raise BatchOver(state=batch.state, wanted="gone on with")
    batch.state, batch.last_error, batch.finished_at = BatchState.RUNNING, "", None
    batch.started_at = batch.started_at or clock.now()
    batch.save(update_fields=["state", "last_error", "started_at", "finished_at"])


@operation(permission="orders.import_orders")
def fail_import(batch_id: int, *, error: str) -> None:
    """Note why the file cannot be taken in. Publishes batch.finished."""
    batch = lock(Batch, batch_id)
    batch.last_error = error
    _end(batch, BatchState.FAILED)


def _end(batch: Batch, state: BatchState) -> None:
    batch.state, batch.finished_at = state, clock.now()
    batch.save(update_fields=["state", "last_error", "finished_at"])
    publish(
        BatchFinished(
            batch_id=batch.pk,
            kind=batch.kind,
            state=state.value,
            done=batch.done,
            failed=batch.failed,
        )
    )


@operation(permission="orders.import_orders")
def start_over(batch_id: int) -> None:
    """Make an ended import read its file anew; what is in already counts as there already.

    One that broke off or was cancelled half-way is left as it is: it goes on.
    """
    batch = lock(Batch, batch_id)
    if batch.state == BatchState.DONE:
        BatchRow.objects.filter(batch=batch).delete()
        batch.options |= {"staged": False}
        batch.save(update_fields=["options"])
