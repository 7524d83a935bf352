"""From rows of text to stock rows: each cell by its column's rule."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from core.errors import BadValue
from inventory.importing.decode import rows_of, unreadable
from inventory.operations.catalog.skus import SKU_RULES

MOST_PROBLEMS = 1000
NAMES = {
    "sku": {"sku", "sku code", "code", "item", "article", "stockcode", "stock code"},
    "warehouse": {"warehouse", "location", "site", "warehouse code"},
    "units": {"units", "quantity", "qty", "on hand", "count", "stock"},
    "expected": {"expected", "expected on hand"},
    "title": {"title", "name", "description"},
    "barcode": {"barcode", "ean", "gtin", "upc"},
    "weight_grams": {"weight grams", "weight g", "weight"},
    "length_mm": {"length mm"},
    "width_mm": {"width mm"},
    "height_mm": {"height mm"},
    "hs_code": {"hs code", "customs code"},
    "origin_country": {"origin country", "origin", "country of origin"},
    "hazard_class": {"hazard class", "dangerous goods class"},
    "un_number": {"un number", "un no"},
    "unit_cost": {"unit cost", "cost"},
    "unit_price": {"unit price", "price"},
    "currency": {"currency"},
}
UNITS = {"units", "expected"}
NUMBERS = {"weight_grams", "length_mm", "width_mm", "height_mm"}
FORMULA = ("=", "+", "-", "@", "\t", "\r")
MOST_UNITS = 100_000_000


@dataclass(frozen=True, kw_only=True)
class CellProblem:
    """What is wrong, where, and what would do; `column` is empty for the row as a whole."""

    row: int
    column: str
    fix: str


@dataclass(frozen=True, kw_only=True)
class StockRow:
    """One good row: so many units of a SKU in a warehouse; `master` describes the SKU.

    `expected`: what whoever counted thought was on hand, where the file says so.
    """

    row: int
    sku: str
    warehouse: str
    units: int
    expected: int | None = None
    master: dict[str, Any] = field(default_factory=dict)


def read_rows(
    file: BinaryIO, *, default_warehouse: str = ""
) -> tuple[list[StockRow], list[CellProblem]]:
    """Read the whole file: its good rows, and each cell that will not do (at most 1000).

    Raises FileUnreadable when it is no list with the columns sku and units.
    """
    numbered = rows_of(file)
    _, header = next(numbered, (0, []))
    columns = _columns(header, default_warehouse)
    good: list[StockRow] = []
    problems: list[CellProblem] = []
    for number, cells in numbered:
        row, wrong = _row(number, cells, columns, default_warehouse)
        problems += wrong
        if row is not None:
            good.append(row)
        if len(problems) >= MOST_PROBLEMS:
            break
    if not good and not problems:
        raise unreadable("there is no row below the header.")
    return good, problems[:MOST_PROBLEMS]


def _columns(header: list[str], default_warehouse: str) -> dict[str, int]:
    columns: dict[str, int] = {}
    for place, title in enumerate(header):
        word = " ".join(title.lower().replace("_", " ").split())
        for name, aliases in NAMES.items():
            if word in aliases and name in columns:
                raise unreadable(f"two columns are named {name}; keep one.")
            if word in aliases:
                columns[name] = place
    needed = {"sku", "units"} | (set() if default_warehouse else {"warehouse"})
    if missing := sorted(needed - set(columns)):
        found = ", ".join(title[:30] for title in header[:12] if title) or "none"
        raise unreadable(f"the header lacks {', '.join(missing)}; it has: {found}.")
    return columns


def _row(
    number: int, cells: list[str], columns: dict[str, int], default_warehouse: str
) -> tuple[StockRow | None, list[CellProblem]]:
    given = {name: cells[at] for name, at in columns.items() if at < len(cells) and cells[at]}
    given.setdefault("warehouse", default_warehouse)
    problems = [CellProblem(row=number, column=name, fix=fix) for name, fix in _wrong(given)]
    if problems:
        return None, problems
    master = {name: value for name, value in given.items() if name in SKU_RULES}
    row = StockRow(
        row=number,
        sku=given["sku"],
        warehouse=given["warehouse"],
        units=int(given["units"]),
        expected=int(given["expected"]) if "expected" in given else None,
        master={name: int(v) if name in NUMBERS else v for name, v in master.items()},
    )
    return row, []


def _wrong(given: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Yield (column, fix) of each cell of the row that will not do."""
    for name in ("sku", "warehouse", "units"):
        if not given.get(name):
            yield name, "Fill it in."
    for name, cell in given.items():
        if cell and (fix := _fix(name, cell)):
            yield name, fix


def _fix(name: str, cell: str) -> str:
    """What would do instead of this cell; empty when it does."""
    if not cell.isprintable():
        return "Leave out control characters."
    if name in NUMBERS | UNITS and not (cell.isascii() and cell.isdigit() and len(cell) < 12):
        return "Give a whole number of 0 or more, digits only."
    if name in UNITS:
        return "" if int(cell) <= MOST_UNITS else f"Give at most {MOST_UNITS} units."
    if cell.startswith(FORMULA):
        return "Give the value, not a formula."
    if name in {"sku", "warehouse"}:
        return "" if len(cell) <= 64 else "Give at most 64 characters."
    try:
        SKU_RULES[name](name, int(cell) if name in NUMBERS else cell)
    except BadValue as error:
        return str(error.facts["fix"])
    return ""
