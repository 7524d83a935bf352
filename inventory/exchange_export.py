"""Products, stock and costs as files that can be sent back: CSV as a stream, XLSX as a file."""

import csv
import tempfile
from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.http import FileResponse, HttpResponseBase, StreamingHttpResponse
from openpyxl import Workbook

from core import clock
from core.actor import current_actor
from core.errors import BadValue
from core.exports import XLSX, XLSX_ROWS_MAX, TooManyRows
from inventory.importing.columns import COLUMNS, columns_of
from inventory.importing.mapped import guarded
from inventory.models import Sku, StockLevel
from inventory.operations.exchange.plan import shown

VIEWS = {
    "products": "inventory.view_sku",
    "stock": "inventory.view_stocklevel",
    "costs": "inventory.view_stockcost",
}
CHUNK = 2000
NUMBERS = {"weight_grams", "length_mm", "width_mm", "height_mm", "expected", "units"}


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, text: str) -> str:
        return text


def export_file(kind: str, form: str) -> HttpResponseBase:
    """Everything the actor reaches, in the columns that files of this kind are read by.

    Raises BadValue, and TooManyRows for a workbook that would be too large.
    """
    columns_of(kind)
    if form not in ("csv", "xlsx"):
        raise BadValue(field="format", fix="Choose csv or xlsx.")
    rows = _rows(kind)
    answer = _csv(kind, rows) if form == "csv" else _xlsx(kind, rows)
    name = f"{kind}-{clock.today():%Y-%m-%d}.{form}"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _rows(kind: str) -> QuerySet[Any, Any]:
    """Tuples in the order of the columns, settled now: a stream is read when nobody acts."""
    paths = [column.source or "pk" for column in COLUMNS[kind]]
    if kind == "stock":
        levels = StockLevel.objects.visible_to(current_actor()).filter(warehouse__active=True)
        return levels.order_by("id").values_list(*paths)
    return Sku.objects.order_by("id").values_list(*paths)


def _cells(kind: str, values: tuple[Any, ...]) -> list[str]:
    return [
        guarded(shown(value)) if column.source else ""
        for column, value in zip(COLUMNS[kind], values, strict=True)
    ]


def _csv(kind: str, rows: QuerySet[Any, Any]) -> StreamingHttpResponse:
    writer = csv.writer(_Echo())

    def lines() -> Iterator[str]:
        yield "\ufeff"  # else Excel takes UTF-8 for something older
        yield writer.writerow([column.label for column in COLUMNS[kind]])
        for values in rows.iterator(chunk_size=CHUNK):
            yield writer.writerow(_cells(kind, values))

    return StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")


def _xlsx(kind: str, rows: QuerySet[Any, Any]) -> FileResponse:
    if rows.order_by()[: XLSX_ROWS_MAX + 1].count() > XLSX_ROWS_MAX:
        raise TooManyRows(most=XLSX_ROWS_MAX)
    book = Workbook(write_only=True)
    sheet = book.create_sheet(kind.title())
    sheet.freeze_panes = "A2"
    sheet.append([column.label for column in COLUMNS[kind]])
    whole = [column.name in NUMBERS for column in COLUMNS[kind]]
    for values in rows.iterator(chunk_size=CHUNK):
        cells = _cells(kind, values)
        sheet.append([int(c) if n and c else c or None for c, n in zip(cells, whole, strict=True)])
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the answer closes it
    book.save(file)
    file.seek(0)
    return FileResponse(file, content_type=XLSX)
