"""Files of products, stock and costs as batches: checked first, then done; twice changes nothing.

A check writes down what it has seen of each row. What is applied afterwards must be the same, or
the row is refused: nobody overwrites what came in between.
"""

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.files.base import ContentFile, File
from django.db import IntegrityError, transaction

from core.batches import batch_kind, start_batch
from core.errors import BadValue, Refused
from core.models import Batch, BatchRow, BatchState, RowState
from inventory.importing.columns import KINDS, columns_of
from inventory.importing.mapped import GivenRow, Table, guarded, read_table
from inventory.models import FileCheck
from inventory.operations.exchange.costs import plan_costs, write_costs
from inventory.operations.exchange.levels import plan_levels, write_levels
from inventory.operations.exchange.plan import UNCHANGED, FilePlan
from inventory.operations.exchange.products import plan_products, write_products
from inventory.operations.stock.take_list import refused
from inventory.states import AdjustReason

SHOWN = 100  # changes on the page; the file has all
PERMISSIONS = {
    "products": "inventory.import_products",
    "stock": "inventory.import_stock",
    "costs": "inventory.import_costs",
}
CLEAN, GOOD = "clean", "good"  # all rows or none; the good rows, the others come back as a file
TITLES = {True: "Check {kind} of {name}", False: "Apply {kind} of {name}"}


class NotChecked(Refused):
    """A check that has not ended, or of which nothing can be applied."""

    code = "not_checked"
    status = 409
    sentence = "The file cannot be applied: {why}"


@dataclass(frozen=True)
class Work:
    """How one kind is planned and written, each with the batch's options."""

    plan: Callable[[list[GivenRow], dict[str, Any], bool], FilePlan]
    write: Callable[[FilePlan, Batch], None]


WORKS = {
    "products": Work(
        lambda rows, _, locked: plan_products(rows, locked=locked),
        lambda plan, batch: write_products(plan, batch_id=batch.pk),
    ),
    "stock": Work(
        lambda rows, options, locked: plan_levels(
            rows, locked=locked, reason=options["reason"], sure=options["sure"]
        ),
        lambda plan, batch: write_levels(plan, batch_id=batch.pk, note=batch.options["note"]),
    ),
    "costs": Work(
        lambda rows, _, locked: plan_costs(rows, locked=locked),
        lambda plan, batch: write_costs(plan, batch_id=batch.pk, reason=batch.options["note"]),
    ),
}


class Exchange:
    """Does a file in one transaction, with its report: killed before the end, nothing is done."""

    def run(self, batch: Batch, progress: Any) -> None:
        with batch.file_in.open("rb") as file:
            table = _read(file, batch.options)
        Batch.objects.filter(pk=batch.pk).update(total=table.total)
        progress.check()
        try:
            done = _done_once(batch.pk, table)
        except Refused as refusal:
            _keep_problems(batch.pk, refusal)
            raise
        except IntegrityError as error:  # made by somebody else since: a second look will see it
            if not batch.options["dry_run"]:
                raise NotChecked(
                    why="somebody changed the same rows meanwhile. Check the file again."
                ) from error
            raise
        progress(done.done, done.failed, dict(done.report))


for _kind in KINDS:
    batch_kind(f"inventory.exchange_{_kind}", permission=PERMISSIONS[_kind])(
        type(f"Exchange{_kind.title()}", (Exchange,), {})
    )


def start_check(kind: str, file: Any, options: dict[str, Any]) -> Batch:
    """Say in the background what the file would do; nothing is written.

    `options`: mapping (field -> header, or None: guessed), empty (keep, clear), reason, note, sure.
    Raises BadValue naming the option that will not do.
    """
    wanted = _options(kind, options) | {"dry_run": True, "mode": CLEAN, "check": None}
    return _start(kind, file, wanted)


def apply_check(check: Batch, *, mode: str = CLEAN) -> Batch:
    """Do what a check has shown: all of it (`clean`), or the `good` rows.

    Raises NotChecked while it runs, when it broke off, and for `clean` when rows were refused.
    """
    if mode not in (CLEAN, GOOD):
        raise BadValue(field="mode", fix=f"Choose one of {CLEAN}, {GOOD}.")
    if check.state != BatchState.DONE or not FileCheck.objects.filter(pk=check.pk).exists():
        raise NotChecked(why="its check has not ended well.")
    report = check.report
    if report["missing"]:
        raise NotChecked(why=f"say which column is {', '.join(report['missing'])}.")
    if mode == CLEAN and report["refused"]:
        raise NotChecked(
            why=f"{report['refused']} rows are refused. Mend them, or apply the good ones only."
        )
    options = check.options | {"dry_run": False, "mode": mode, "check": check.pk}
    options["mapping"] = FileCheck.objects.get(pk=check.pk).told["mapping"]
    name = check.options["name"]
    with check.file_in.open("rb") as file:
        return _start(check.options["kind"], File(file, name=name), options)


def check_again(check: Batch, options: dict[str, Any]) -> Batch:
    """Check the same file with other choices."""
    with check.file_in.open("rb") as file:
        given = File(file, name=check.options["name"])
        return start_check(check.options["kind"], given, check.options | options)


def _start(kind: str, file: Any, options: dict[str, Any]) -> Batch:
    name = str(file.name).rsplit("/", 1)[-1][-80:]
    options["name"] = name
    title = TITLES[options["dry_run"]].format(kind=kind, name=name)
    file.seek(0)
    return start_batch(f"inventory.exchange_{kind}", title=title, options=options, file=file)


def _options(kind: str, given: dict[str, Any]) -> dict[str, Any]:
    known = columns_of(kind)
    empty, reason = given.get("empty") or "keep", given.get("reason") or "count"
    if empty not in ("keep", "clear"):
        raise BadValue(field="empty", fix="Choose keep or clear.")
    if reason not in AdjustReason.values:
        raise BadValue(field="reason", fix=f"Choose one of {', '.join(AdjustReason.values)}.")
    mapping = given.get("mapping")
    if mapping is not None:
        for name, header in mapping.items():
            if name not in known or not isinstance(header, str):
                raise BadValue(field="mapping", fix=f"There is no field {str(name)[:40]}.")
    note = str(given.get("note") or "").strip()[:100]
    if not note.isprintable():
        raise BadValue(field="note", fix="Leave out control characters.")
    sure = bool(given.get("sure"))
    return {"kind": kind, "empty": empty, "reason": reason, "note": note, "sure": sure,
            "mapping": mapping}  # fmt: skip


def _read(file: Any, options: dict[str, Any]) -> Table:
    return read_table(
        file, kind=options["kind"], mapping=options["mapping"], empty=options["empty"]
    )


def _done_once(batch_id: int, table: Table) -> Batch:
    """The report commits with what was done, so a repeat finds it and does nothing."""
    with transaction.atomic():
        batch = Batch.objects.select_for_update(no_key=True).get(pk=batch_id)
        if not batch.report:
            plan = _planned(table, batch)
            if not batch.options["dry_run"]:
                WORKS[batch.options["kind"]].write(plan, batch)
            _leave_report(batch, table, plan)
    return batch


def _planned(table: Table, batch: Batch) -> FilePlan:
    options, dry = batch.options, batch.options["dry_run"]
    plan = FilePlan()
    if not table.missing:
        plan = WORKS[options["kind"]].plan(table.rows, options, not dry)
    if not dry:
        plan.compare(FileCheck.objects.get(pk=options["check"]).seen)
    plan.problems = sorted({*table.problems, *plan.problems})
    if plan.problems and not dry and options["mode"] == CLEAN:
        raise refused(plan.problems)
    return plan


def _leave_report(batch: Batch, table: Table, plan: FilePlan) -> None:
    bad = {row for row, _, _ in plan.problems}
    batch.report = {
        "rows": table.total, **plan.counts(), "refused": len(bad), "missing": table.missing,
    }  # fmt: skip
    batch.total, batch.failed = table.total, len(bad)
    batch.done = len(plan.outcomes)
    _write_problems(batch.pk, plan.problems)
    if batch.options["dry_run"]:
        _leave_check(batch, table, plan)
    elif bad:
        content = _rejected(table, plan)
        batch.file_out.save(f"refused-{batch.public_id}.csv", content, save=False)
    batch.save(update_fields=["report", "total", "done", "failed", "file_out"])


def _leave_check(batch: Batch, table: Table, plan: FilePlan) -> None:
    changes = [one for one in plan.outcomes if one.what != UNCHANGED]
    told = {
        "header": table.header,
        "examples": table.examples,
        "mapping": table.mapping,
        "changes": [[one.row, one.key, one.what, one.changes, one.asks] for one in changes[:SHOWN]],
    }
    seen = {str(one.row): one.digest for one in plan.outcomes}
    FileCheck.objects.create(batch=batch, seen=seen, told=told)
    lines = (
        [one.row, one.key, one.what, name, was, now]
        for one in changes
        for name, (was, now) in (one.changes or {"": ("", "")}).items()
    )
    content = _csv([["row", "what it is", "becomes", "field", "from", "to"], *lines])
    batch.file_out.save(f"changes-{batch.public_id}.csv", content, save=False)


def _rejected(table: Table, plan: FilePlan) -> ContentFile:
    """The refused rows as they were sent, with why: to be mended and sent again."""
    why: dict[int, list[str]] = {}
    for row, column, fix in plan.problems:
        why.setdefault(row, []).append(f"{column}: {fix}" if column else fix)
    cells = {row.row: row.cells for row in table.rows} | table.raw
    width = len(table.header)
    lines = [[*(cells[row] + [""] * width)[:width], " ".join(why[row])] for row in sorted(why)]
    return _csv([[*table.header, "what will not do"], *lines])


def _csv(lines: list[list[Any]]) -> ContentFile:
    """Cells that were guarded when they were sent stay so; the others are guarded now."""
    out = io.StringIO()
    writer = csv.writer(out)
    for line in lines:
        writer.writerow([_safe(str(cell)) for cell in line])
    return ContentFile(("\ufeff" + out.getvalue()).encode("utf-8", "replace"))


def _safe(cell: str) -> str:
    return cell if cell.startswith("'") else guarded(cell)


def _keep_problems(batch_id: int, refusal: Refused) -> None:
    """What was refused as a whole shows by row, too."""
    told = refusal.facts.get("problems") or []
    _write_problems(batch_id, [(p["row"], p["column"], p["fix"]) for p in told])


def _write_problems(batch_id: int, problems: list[tuple[int, str, str]]) -> None:
    with transaction.atomic():
        BatchRow.objects.filter(batch_id=batch_id).delete()
        BatchRow.objects.bulk_create(
            [
                BatchRow(
                    batch_id=batch_id, position=place, state=RowState.FAILED, code="refused",
                    key=f"row {row}, {column}" if column else f"row {row}", message=fix,
                    data={"row": row, "column": column},
                )
                for place, (row, column, fix) in enumerate(problems, 1)
            ],
            batch_size=1000,
        )  # fmt: skip
