"""Price lists of vendors as batches: checked when sent, booked in the background, once."""

from typing import Any, BinaryIO

from django.db import transaction

from core.batches import batch_kind, start_batch
from core.models import Batch
from inventory.importing.prices import PriceCells, read_prices
from inventory.operations.purchasing.take_prices import check_prices, take_prices
from inventory.operations.stock.take_list import refused

Problems = list[tuple[int, str, str]]


@batch_kind("inventory.import_prices", permission="inventory.import_prices")
class ImportPrices:
    """Reads the file again and books it in one transaction, with its report."""

    def run(self, batch: Batch, progress: Any) -> None:
        with batch.file_in.open("rb") as file:
            rows, wrong = _read(file, batch.options)
        if wrong:
            raise refused(wrong)
        progress(len(rows), 0, self._booked_once(batch.pk, rows))

    def _booked_once(self, batch_id: int, rows: list[PriceCells]) -> dict[str, Any]:
        with transaction.atomic():
            batch = Batch.objects.select_for_update(no_key=True).get(pk=batch_id)
            if not batch.report:
                batch.total, batch.report = len(rows), {"rows": len(rows), **take_prices(rows)}
                batch.save(update_fields=["total", "report"])
        return dict(batch.report)


def check_price_file(file: BinaryIO, options: dict[str, Any]) -> dict[str, Any]:
    """Say what booking the file would do. Raises FileUnreadable, or ListRefused with all problems.

    `options`: vendor (code, for rows that name none).
    """
    rows, wrong = _read(file, options)
    plan = check_prices(rows)
    if problems := sorted([*wrong, *plan.problems]):
        raise refused(problems)
    known = sum(one.known_id is not None for one in plan.wanted)
    return {"rows": len(rows), "made": len(plan.wanted) - known, "changed": known}


def start_price_import(file: Any, options: dict[str, Any]) -> Batch:
    """Book a checked file in the background; it shows on the Batches page."""
    file.seek(0)
    title = f"Take over the prices of {file.name[:100]}"
    return start_batch("inventory.import_prices", title=title, options=options, file=file)


def _read(file: BinaryIO, options: dict[str, Any]) -> tuple[list[PriceCells], Problems]:
    file.seek(0)
    rows, problems = read_prices(file, default_vendor=options["vendor"])
    return rows, [(problem.row, problem.column, problem.fix) for problem in problems]
