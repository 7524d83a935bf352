"""Stock lists as batches: checked when they are sent, booked in the background, all or nothing."""

from typing import Any, BinaryIO

from django.db import transaction

from core.batches import batch_kind, start_batch
from core.models import Batch
from inventory.importing import StockRow, read_rows
from inventory.operations.stock.take_list import Plan, check_list, refused, take_list

TITLES = {"receive": "Receive the list {name}", "count": "Count by the list {name}"}


@batch_kind("inventory.import_stock", permission="inventory.import_stock")
class ImportStock:
    """Reads the file again and books it in one transaction; the batch's id makes it happen once."""

    def run(self, batch: Batch, progress: Any) -> None:
        with batch.file_in.open("rb") as file:
            rows, wrong = _read(file, batch.options)
        if wrong:
            raise refused(wrong)
        progress(len(rows), 0, self._booked_once(batch.pk, rows))

    def _booked_once(self, batch_id: int, rows: list[StockRow]) -> dict[str, Any]:
        """The report: what was booked and its report commit together, so a repeat books nothing.

        The movements alone cannot tell: of what was counted as expected there are none.
        """
        with transaction.atomic():
            batch = Batch.objects.select_for_update(no_key=True).get(pk=batch_id)
            if not batch.report:
                options = batch.options
                done = take_list(
                    rows, mode=options["mode"], source_id=batch.pk,
                    create_missing=options["create_missing"],
                )  # fmt: skip
                batch.total, batch.report = len(rows), {"rows": len(rows), **done}
                batch.save(update_fields=["total", "report"])
        return dict(batch.report)


def check_file(file: BinaryIO, options: dict[str, Any]) -> dict[str, Any]:
    """Say what booking the file would do. Raises FileUnreadable, or ListRefused with every problem.

    `options`: mode, warehouse (code, for rows that name none), create_missing.
    """
    rows, wrong = _read(file, options)
    plan = check_list(rows, mode=options["mode"], create_missing=options["create_missing"])
    if problems := sorted([*wrong, *plan.problems]):
        raise refused(problems)
    return _summary(rows, plan)


def start_import(file: Any, options: dict[str, Any]) -> Batch:
    """Book a checked file in the background; it shows on the Batches page."""
    file.seek(0)
    title = TITLES[options["mode"]].format(name=file.name[:100])
    return start_batch("inventory.import_stock", title=title, options=options, file=file)


def _read(
    file: BinaryIO, options: dict[str, Any]
) -> tuple[list[StockRow], list[tuple[int, str, str]]]:
    file.seek(0)
    rows, problems = read_rows(file, default_warehouse=options["warehouse"])
    return rows, [(problem.row, problem.column, problem.fix) for problem in problems]


def _summary(rows: list[StockRow], plan: Plan) -> dict[str, Any]:
    return {
        "rows": len(rows),
        "units": sum(row.units for row in rows),
        "levels": len({(row.sku, row.warehouse) for row in rows}),
        "new_skus": [row.sku for row in plan.made[:1000]],
    }
