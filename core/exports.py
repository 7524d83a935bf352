"""A list as a file: exactly the rows and columns that it shows, all pages of it."""

import csv
import io
import re
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import QuerySet
from django.http import HttpResponse, StreamingHttpResponse
from django.utils.html import strip_tags
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from core import clock
from core.actor import Actor, acting, current_actor
from core.errors import Refused
from core.fields import MoneyColumn, MoneyField
from core.money import Money, exponent

XLSX_ROWS_MAX = 100_000
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CHUNK = 2_000
_AMOUNT = re.compile(r"-?[\d.,]+( [A-Z]{3})?")  # "-12.30 GBP" computes nothing
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


class BadFilter(Refused):
    """A filter value that cannot be used."""

    code = "bad_filter"
    status = 422
    sentence = "The filter cannot be used: {why}"


class TooManyRows(Refused):
    """More rows than a spreadsheet is made of."""

    code = "too_many_rows"
    status = 422
    sentence = "A spreadsheet of more than {most:,} rows is not made. Narrow the list, or take CSV."


class NoSuchFormat(Refused):
    """Neither csv nor xlsx."""

    code = "no_such_format"
    status = 422
    sentence = "Lists are exported as csv or xlsx."


def export(listing: Any) -> HttpResponse | StreamingHttpResponse:
    """Answer `?export=csv` or `?export=xlsx` of a list."""
    form = listing.asked["export"]
    if form not in ("csv", "xlsx"):
        raise NoSuchFormat(field="export")
    if not listing.filter.is_valid():
        raise BadFilter(why=filter_errors(listing.filter))
    down = listing.sort.startswith("-")
    rows = listing.matching.order_by(listing.sort, "-id" if down else "id")
    answer = _csv(listing, rows) if form == "csv" else _xlsx(listing, rows)
    name = f"{listing.name.partition('.')[2] or listing.name}-{clock.today():%Y-%m-%d}.{form}"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def filter_errors(chosen: Any) -> str:
    """What is wrong with the given filters, in one sentence."""
    form = chosen.form
    return " ".join(
        f"{form[name].label if name in form.fields else 'Filter'}: {' '.join(errors)}"
        for name, errors in form.errors.items()
    )


def safe_cell(value: Any) -> Any:
    """`value` such that no spreadsheet takes it for a formula; numbers stay numbers."""
    if isinstance(value, str) and value.startswith(_FORMULA) and not _AMOUNT.fullmatch(value):
        return f"'{value}"
    return value


def _values(listing: Any, rows: QuerySet, actor: Actor) -> Iterator[list[Any]]:
    """Rows of values in the shown columns, read in chunks so that memory stays small.

    As the actor who asked: a file is sent when the request is over and nobody acts any more.
    """
    for records in _chunks(rows):
        with acting(actor):
            table = listing.table_of(records)
            money = _money_columns(table, rows.model)
            chunk = [
                [value for name in table.columns.names() for value in _cells(row, name, money)]
                for row in table.rows
            ]
        yield from chunk


def _money_columns(table: Any, model: Any) -> set[str]:
    """Names of the columns that hold amounts: each has its currency in a column beside it."""
    return {name for name in table.columns.names() if _holds_money(table.columns[name], model)}


def _holds_money(bound: Any, model: Any) -> bool:
    try:
        field = bound.accessor.get_field(model)
    except (FieldDoesNotExist, AttributeError):
        field = None
    return isinstance(bound.column, MoneyColumn) or isinstance(field, MoneyField)


def _cells(row: Any, name: str, money: set[str]) -> list[Any]:
    """What a column is worth in a file: amounts and times as such, whatever the page shows."""
    try:
        raw = row.table.columns[name].accessor.resolve(row.record, safe=True)
    except (TypeError, ValueError):
        raw = None
    if name in money:
        return [raw, raw.currency] if isinstance(raw, Money) else ["", ""]
    value = raw if isinstance(raw, datetime) else row.get_cell_value(name)
    return [_plain(value)]


def _chunks(rows: QuerySet) -> Iterator[list[Any]]:
    chunk: list[Any] = []
    for record in rows.iterator(chunk_size=CHUNK):
        chunk.append(record)
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _plain(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, datetime | bool | int | float | Decimal):
        return value
    text = str(value)
    return safe_cell(strip_tags(text).strip() if hasattr(value, "__html__") else text)


def _heads(listing: Any, rows: QuerySet) -> list[str]:
    table = listing.table_of([])
    money = _money_columns(table, rows.model)
    labels = [column.label for column in listing.columns if column.shown]
    heads = []
    for name, label in zip(table.columns.names(), labels, strict=True):
        heads += [label, f"{label} currency"] if name in money else [label]
    return heads


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, text: str) -> str:
        return text


def _csv(listing: Any, rows: QuerySet) -> StreamingHttpResponse:
    writer, actor = csv.writer(_Echo()), current_actor()

    def lines() -> Iterator[str]:
        yield "\ufeff"  # else Excel takes UTF-8 for something older
        yield writer.writerow([safe_cell(head) for head in _heads(listing, rows)])
        for values in _values(listing, rows, actor):
            yield writer.writerow([_as_text(value) for value in values])

    return StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")


def _as_text(value: Any) -> Any:
    if isinstance(value, Money):
        return str(value.amount)
    return value.isoformat(timespec="seconds") if isinstance(value, datetime) else value


def _xlsx(listing: Any, rows: QuerySet) -> HttpResponse:
    if rows.order_by()[: XLSX_ROWS_MAX + 1].count() > XLSX_ROWS_MAX:
        raise TooManyRows(most=XLSX_ROWS_MAX)
    book = Workbook(write_only=True)
    sheet = book.create_sheet(listing.title[:31].translate(str.maketrans("", "", "[]:*?/\\")))
    sheet.freeze_panes = "A2"
    sheet.append([_bold(sheet, head) for head in _heads(listing, rows)])
    for values in _values(listing, rows, current_actor()):
        sheet.append([_in_sheet(sheet, value) for value in values])
    file = io.BytesIO()
    book.save(file)
    return HttpResponse(file.getvalue(), content_type=XLSX)


def _bold(sheet: Any, head: str) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, safe_cell(head))
    cell.font = Font(bold=True)
    return cell


def _in_sheet(sheet: Any, value: Any) -> Any:
    """Spreadsheets know no zones: times are on the person's clock. Control characters go.

    Amounts are numbers, shown with their currency's sign and digits.
    """
    if isinstance(value, Money):
        cell = WriteOnlyCell(sheet, value.amount)
        digits = exponent(value.currency)
        pattern = "#,##0." + "0" * digits if digits else "#,##0"
        cell.number_format = f"[${value.currency}] {pattern}"
        return cell
    if isinstance(value, datetime):
        return value.astimezone(clock.person_zone()).replace(tzinfo=None)
    if isinstance(value, str):
        return "".join(char for char in value if char >= " " or char in "\n\t")[:32_767]
    return value
