"""From a spreadsheet to rows of text: the exact values of cells, and what a spreadsheet spoilt."""

import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, BinaryIO
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook

from inventory.importing.decode import MOST_BYTES, MOST_ROWS, rows_of, unreadable

MOST_COLUMNS = 200
MOST_UNPACKED = 400_000_000  # 200,000 rows of twenty cells are far below
MOST_PARTS = 2_000
EXACT_DIGITS = 15  # a spreadsheet's number holds no more
ZIP = b"PK\x03\x04"
DAMAGED = (zipfile.BadZipFile, KeyError, ValueError, TypeError, IndexError, ParseError, OSError,
           AttributeError, EOFError, NotImplementedError, RuntimeError)  # fmt: skip


class Cell(str):
    """The text of a cell; `origin` says what the spreadsheet held: number, date or error."""

    __slots__ = ("origin",)
    origin: str

    def __new__(cls, text: str, origin: str = "") -> "Cell":
        made = super().__new__(cls, text)
        made.origin = origin
        return made


def table_of(file: BinaryIO) -> Iterator[tuple[int, list[str]]]:
    """Yield (row number from 1, cells) of a CSV file or of a workbook's first sheet.

    Blank rows are left out. Raises FileUnreadable.
    """
    file.seek(0)
    head = file.read(4)
    file.seek(0)
    return _sheet(file) if head == ZIP else rows_of(file)


def _sheet(file: BinaryIO) -> Iterator[tuple[int, list[str]]]:
    _require_bounded(file)
    try:
        book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
        sheet: Any = book.worksheets[0]
        sheet.reset_dimensions()
        for number, cells in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS), 1):
            if number > MOST_ROWS + 1:
                raise unreadable(f"send at most {MOST_ROWS} rows; split it.")
            texts: list[str] = [_text(cell) for cell in cells]
            while texts and not texts[-1]:
                texts.pop()
            if texts:
                yield number, texts
    except DAMAGED as error:
        raise unreadable("it is no workbook (.xlsx), or a damaged one.") from error


def _require_bounded(file: BinaryIO) -> None:
    """Refuse what would unpack to too much; unpacking never gives more than is declared."""
    file.seek(0, 2)
    if file.tell() > MOST_BYTES:
        raise unreadable(f"send at most {MOST_BYTES // 1_000_000} MB; split it.")
    try:
        with zipfile.ZipFile(file) as packed:
            parts = packed.infolist()
    except DAMAGED as error:
        raise unreadable("it is no workbook (.xlsx), or a damaged one.") from error
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise unreadable("unpacked it is too large for a list; save it as CSV, or split it.")
    if not any(part.filename == "xl/workbook.xml" for part in parts):
        raise unreadable("it is an archive, or another kind of spreadsheet; save it as .xlsx.")
    file.seek(0)


def _text(cell: Any) -> Cell:
    value = cell.value
    if value is None:
        return Cell("")
    if isinstance(value, bool):
        return Cell("yes" if value else "no")
    if isinstance(value, int | float | Decimal):
        return Cell(_number(value, str(cell.number_format)), "number")
    if isinstance(value, datetime | date | time):
        return Cell(value.isoformat(), "date")
    text = str(value).replace("\r\n", "\n").strip()
    return Cell(text, "error" if cell.data_type == "e" else "")


def _number(value: float | Decimal, pattern: str) -> str:
    """All its digits, no exponent; zeros in front where the cell's format shows them."""
    exact = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    text = format(exact, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.zfill(len(pattern)) if pattern and set(pattern) == {"0"} else text
