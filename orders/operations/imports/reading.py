"""Read a file of order lines: any common encoding and separator, one typed line at a time.

What is wrong with a row becomes its verdict "aside" with a reason; nothing here writes.
"""

import csv
import gzip
import io
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import IO
from zoneinfo import ZoneInfo

from core import clock
from core.errors import BadValue
from orders.operations.imports.profile import REQUIRED, Profile

LINE_LIMIT = 200_000  # characters; what is longer is no order line
MOST_UNITS, MOST_PRICE = 10**7, Decimal(10**9)
MOST_VALUE = Decimal(10**12)  # of a line, and of an order; far within what a total can hold
WHOLE = re.compile(r"[+-]?[0-9]{1,12}")  # int() and Decimal() read much that nobody means so
NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,2})?")
CONTROLS = dict.fromkeys([*range(32), *range(127, 160)])
WIDTHS = {
    "channel_ref": 64, "sku": 100, "title": 200, "customer_ref": 64, "customer_name": 200,
    "email": 254, "line1": 200, "line2": 200, "city": 100, "region": 100, "postal_code": 20,
    "phone": 32,
}  # fmt: skip


@dataclass(slots=True)
class Line:
    """One row of the file as it will be staged. `units` and amounts keep the file's sign."""

    row_number: int
    channel_ref: str = ""
    verdict: str = "aside"
    reason: str = ""
    broken: bool = False  # cannot be read: the whole order waits
    charge: str = ""
    code: str = ""
    title: str = ""
    units: int = 0
    price: Decimal = Decimal(0)
    placed_at: datetime | None = None
    customer_ref: str = ""
    customer_name: str = ""
    email: str = ""
    line1: str = ""
    line2: str = ""
    city: str = ""
    region: str = ""
    postal_code: str = ""
    country: str = ""
    phone: str = ""


def read_lines(path: str | Path, profile: Profile) -> Iterator[Line]:
    """Yield each row of the file, typed and judged. Raises BadValue for an unreadable file."""
    with _opened(path) as text:
        head = next(_sane(text), "")
        text.seek(0)
        reader = csv.reader(_sane(text), delimiter=_separator(head), strict=False)
        yield from _lines(reader, profile)


def _lines(reader: Iterator[list[str]], profile: Profile) -> Iterator[Line]:
    header = [name.strip().lstrip("\ufeff") for name in next(reader, [])]
    if not header:
        raise BadValue(field="file", fix="The file is empty; send a header and at least one row.")
    places = _places(header, profile)
    parser = _Parser(profile, places, len(header))
    number = 1
    try:
        for cells in reader:
            number += 1
            if any(cells):
                yield parser.line(number, cells)
    except csv.Error as error:
        fix = f"Row {number + 1} cannot be read ({error}); nothing of the file was taken in."
        raise BadValue(field="file", fix=fix) from error


def _opened(path: str | Path) -> IO[str]:
    raw = Path(path).open("rb")  # noqa: SIM115 - the text wrapper closes it
    if raw.read(2) == b"\x1f\x8b":
        raw.close()
        raw = gzip.open(path, "rb")  # type: ignore[assignment] # noqa: SIM115
    else:
        raw.seek(0)
    return io.TextIOWrapper(io.BufferedReader(raw, 1 << 20), _encoding(path), newline="")  # type: ignore[type-var]


def _encoding(path: str | Path) -> str:
    """UTF-8 unless the first megabyte is not; then what Windows programs write."""
    with Path(path).open("rb") as raw:
        start = raw.read(1 << 20)
    if start[:2] == b"\x1f\x8b":
        with gzip.open(path, "rb") as packed:
            try:
                start = packed.read(1 << 20)
            except (OSError, EOFError, zlib.error) as error:
                raise BadValue(field="file", fix="The gzip file is damaged.") from error
    if start[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    cut = len(start) == 1 << 20  # perhaps within a letter
    try:
        (start[:-4] if cut else start).decode("utf-8-sig")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8-sig"


def _separator(head: str) -> str:
    return max(",;\t|", key=head.count)


def _sane(text: IO[str]) -> Iterator[str]:
    """Lines of a bounded length, without NUL: one endless line must not fill the memory."""
    number = 0
    try:
        while line := text.readline(LINE_LIMIT):
            number += 1
            if len(line) == LINE_LIMIT:
                fix = f"Line {number} is longer than {LINE_LIMIT:,} characters."
                raise BadValue(field="file", fix=fix)
            yield line.replace("\x00", "")
    except UnicodeDecodeError as error:
        fix = f"Near line {number + 1} are bytes that are no text; save the file as UTF-8."
        raise BadValue(field="file", fix=fix) from error
    except (OSError, EOFError, zlib.error) as error:
        raise BadValue(field="file", fix=f"The file is damaged after line {number}.") from error


def _places(header: list[str], profile: Profile) -> dict[str, int]:
    by_name = {name.lower(): place for place, name in enumerate(header)}
    places = {}
    for field, column in profile.columns.items():
        if column.lower() in by_name:
            places[field] = by_name[column.lower()]
        elif field in REQUIRED:
            found = ", ".join(header[:20])[:300]
            fix = f'There is no column "{column}". The file has: {found}.'
            raise BadValue(field=f"file.{column}", fix=fix)
    return places


class _Parser:
    """Turns cells into a Line; keeps what repeats (dates, countries) in memory."""

    def __init__(self, profile: Profile, places: dict[str, int], width: int) -> None:
        self.profile, self.places, self.width = profile, places, width
        self.zone = ZoneInfo(profile.time_zone)
        self.texts = [name for name in WIDTHS if name in places and name != "sku"]
        self.dates: dict[str, datetime | None] = {}
        self.latest = clock.now() + timedelta(days=1)  # clocks and time zones differ

    def line(self, number: int, cells: list[str]) -> Line:
        line = Line(number)
        if len(cells) != self.width:
            return _broken(line, f"has {len(cells)} cells, the header {self.width}")
        places = self.places
        for name in self.texts:
            value = _text(cells[places[name]])
            if len(value) > WIDTHS[name]:
                _broken(line, f"{name} is longer than {WIDTHS[name]} characters")
                value = value[: WIDTHS[name]]
            setattr(line, name, value)
        line.code = _text(cells[places["sku"]])
        if len(line.code) > WIDTHS["sku"]:
            _broken(line, f"sku is longer than {WIDTHS['sku']} characters")
            line.code = line.code[: WIDTHS["sku"]]
        if "country" in places:
            line.country = self.profile.country_of(cells[places["country"]])
        if not line.reason:
            self._figures(line, cells)
        if not line.reason:
            self._judge(line)
        return line

    def _figures(self, line: Line, cells: list[str]) -> None:
        units, price = cells[self.places["units"]].strip(), cells[self.places["unit_price"]].strip()
        if not WHOLE.fullmatch(units):
            _broken(line, f"units {units[:20]!r} is not a whole number")
            return
        if not NUMBER.fullmatch(price):
            _broken(line, f"price {price[:20]!r} is not a number")
            return
        line.units, line.price = int(units), Decimal(price)
        if abs(line.price) > MOST_PRICE or _decimals(line.price) > 6:
            _broken(line, f"price {price[:20]!r} is out of range").price = Decimal(0)
        elif abs(line.units) > MOST_UNITS:
            _broken(line, f"units {units[:20]!r} is out of range").units = 0
        elif abs(line.units * line.price) > MOST_VALUE:
            _broken(line, "units times price is out of range").price = Decimal(0)
        self._date(line, cells[self.places["placed_at"]].strip())

    def _date(self, line: Line, text: str) -> None:
        if text not in self.dates:
            if len(self.dates) > 100_000:
                self.dates.clear()
            self.dates[text] = self._parsed(text)
        line.placed_at = self.dates[text]
        if line.placed_at is None:
            formats = " or ".join(self.profile.date_formats)
            _broken(line, f"date {text[:30]!r} is not like {formats}")
        elif line.placed_at > self.latest:
            _broken(line, f"date {text[:30]!r} is still to come")

    def _parsed(self, text: str) -> datetime | None:
        for shape in self.profile.date_formats:
            try:
                moment = datetime.strptime(text, shape)  # noqa: DTZ007 - the zone follows
            except ValueError:
                continue
            if not 1990 <= moment.year <= 2100:
                return None
            return moment if moment.tzinfo else moment.replace(tzinfo=self.zone)
        return None

    def _judge(self, line: Line) -> None:
        """Say what the row is: goods, a charge, a credit, or nothing that was sold."""
        for prefix, reason in self.profile.aside_prefixes.items():
            if line.channel_ref.startswith(prefix):
                line.reason = reason
                return
        if not line.channel_ref:
            _broken(line, "has no order reference")
        elif not line.code:
            _broken(line, "has no SKU")
        elif line.channel_ref.startswith(self.profile.return_prefixes or ("\x00",)):
            self._judge_credit(line)
        else:
            self._judge_sale(line)

    def _judge_credit(self, line: Line) -> None:
        if line.units >= 0 or line.price < 0:
            line.reason = "a credit must have negative units and a price of zero or more"
            return
        line.verdict = "return"
        charge = self.profile.charge_of(line.code)
        line.charge = charge.kind if charge else ""

    def _judge_sale(self, line: Line) -> None:
        charge = self.profile.charge_of(line.code)
        if line.units == 0:
            line.reason = "no units"
        elif line.units < 0:
            line.reason = "negative units on a sale: a stock note, not a sale"
        elif line.price < 0:
            line.reason = "negative price on a sale"
        elif line.price == 0 and not line.customer_ref and not line.email:
            line.reason = "zero price without a customer: a stock note, not a sale"
        elif charge:
            line.verdict, line.charge = "charge", charge.kind
        else:
            line.verdict = "goods"


def _text(cell: str) -> str:
    """What people can read of a cell."""
    text = cell.strip()
    return text if text.isprintable() else text.translate(CONTROLS).strip()


def _broken(line: Line, reason: str) -> Line:
    if not line.reason:
        line.reason, line.broken = reason, True
    return line


def _decimals(value: Decimal) -> int:
    exponent = value.normalize().as_tuple().exponent
    return -exponent if isinstance(exponent, int) else 99
