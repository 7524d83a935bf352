"""Run an import from file to report. Killed at any point and run again, it ends the same."""

from collections.abc import Callable
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any

from core import clock
from core.actor import current_actor
from core.errors import BadValue
from core.models import Batch, BatchState
from core.operations import lock, operation, require_reach
from core.statements import run_sql
from inventory.models import Channel
from orders.models import ImportProfile
from orders.operations.imports.chunks import CHUNK, Target, make_codes_known, take_chunk, target_of
from orders.operations.imports.live import take_live
from orders.operations.imports.profile import Profile
from orders.operations.imports.staging import drop_staged, stage_file, staged_is_whole

KIND = "orders.import"
Told = Callable[[Batch], None]


@operation(permission="orders.import_orders")
def open_import(  # noqa: PLR0913 - what a person chooses
    channel_id: int,
    *,
    profile: str,
    path: str,
    name: str = "",
    dry_run: bool = False,
    live: bool = False,
    limit: int | None = None,
) -> Batch:
    """Return the batch of this file: the one that was cut off half-way, or a new one.

    Raises BadValue for an unknown profile, a missing file or a closed channel.
    """
    require_reach("channel", channel_id=channel_id)
    channel = Channel.objects.get(pk=channel_id)
    rules = _profile(profile)
    options = {
        "path": str(path),
        "digest": _digest(path),
        "channel_id": channel_id,
        "profile": rules.code,
        "dry_run": dry_run,
        "live": live,
        "limit": limit,
    }
    target_of(Batch(), channel, rules)
    cut_off = Batch.objects.filter(
        kind=KIND,
        state__in=[BatchState.WAITING, BatchState.RUNNING, BatchState.FAILED],
        options__contains={key: options[key] for key in options if key != "path"},
    ).order_by("-id")
    if found := cut_off.first():
        found.options |= {"path": str(path)}
        found.save(update_fields=["options"])
        return found
    word = "Try" if dry_run else "Import"
    return Batch.objects.create(
        kind=KIND,
        title=f"{word} orders of {channel.code} from {name or Path(path).name}"[:200],
        options=options,
        actor=current_actor().name,
        asked_by_id=current_actor().user_id,
    )


def run_import(batch_id: int, *, told: Told = lambda batch: None) -> Batch:
    """Do what is left of the batch; `told` hears of it after every transaction."""
    batch = Batch.objects.get(pk=batch_id)
    if batch.state == BatchState.DONE:
        return batch
    options = batch.options
    profile = _profile(options["profile"])
    target = target_of(batch, Channel.objects.get(pk=options["channel_id"]), profile)
    _begin(batch_id)
    try:
        if not staged_is_whole(batch):
            stage_file(batch_id, path=options["path"], profile=profile, limit=options["limit"])
        batch.refresh_from_db()
        told(batch)
        if options["dry_run"]:
            foresee(target, orders=batch.options["orders"])
        else:
            _take_all(batch, target, told)
    except BadValue as refusal:
        _fail(batch_id, error=str(refusal))
        raise
    return finish_import(batch_id)


def _take_all(batch: Batch, target: Target, told: Told) -> None:
    make_codes_known(target)
    size = 1 if batch.options["live"] else CHUNK
    for first in range(batch.options["next"], batch.options["orders"] + 1, size):
        last = min(first + size - 1, batch.options["orders"])
        if batch.options["live"]:
            take_live(target, number=first)
        else:
            take_chunk(target, first=first, last=last)
        batch.refresh_from_db()
        told(batch)


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
    """Close the batch: prove that the outcomes add up to the file, and empty the staging."""
    batch = lock(Batch, batch_id)
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
    batch.state, batch.finished_at = BatchState.DONE, clock.now()
    batch.save(update_fields=["report", "failed", "state", "finished_at"])
    drop_staged(batch_id)
    return batch


@operation(permission="orders.import_orders")
def _begin(batch_id: int) -> None:
    batch = lock(Batch, batch_id)
    batch.state, batch.last_error = BatchState.RUNNING, ""
    batch.started_at = batch.started_at or clock.now()
    batch.save(update_fields=["state", "last_error", "started_at"])


@operation(permission="orders.import_orders")
def _fail(batch_id: int, *, error: str) -> None:
    batch = lock(Batch, batch_id)
    batch.state, batch.last_error, batch.finished_at = BatchState.FAILED, error, clock.now()
    batch.save(update_fields=["state", "last_error", "finished_at"])


def _profile(code: str) -> Profile:
    row = ImportProfile.objects.filter(code=code).first()
    if row is None:
        known = ", ".join(ImportProfile.objects.values_list("code", flat=True)) or "none"
        raise BadValue(field="profile", fix=f"There is no profile {code}. Known: {known}.")
    return Profile.of(row)


def _digest(path: str) -> str:
    digest = sha256()
    try:
        with Path(path).open("rb") as file:
            while block := file.read(1 << 20):
                digest.update(block)
    except OSError as error:
        raise BadValue(field="file", fix=f"{path} cannot be read: {error.strerror}.") from error
    return digest.hexdigest()
