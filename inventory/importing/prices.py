"""From rows of text to prices of vendors: each cell by its column's rule."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, BinaryIO

from core.errors import BadValue
from inventory.importing.cells import FORMULA, MOST_PROBLEMS, CellProblem
from inventory.importing.decode import rows_of, unreadable
from inventory.operations.purchasing import fields as own
from inventory.operations.purchasing.agreements import AGREEMENT_RULES

NAMES = {
    "vendor": {"vendor", "vendor code", "supplier", "supplier code"},
    "sku": {"sku", "sku code", "item", "article"},
    "from_units": {"from units", "from", "quantity", "qty", "break"},
    "price": {"price", "unit price", "cost", "unit cost"},
    "vendor_code": {"vendor sku", "vendors code", "vendor item", "supplier sku", "their code"},
    "currency": {"currency"},
    "pack_units": {"pack units", "pack", "pack size", "units per pack"},
    "minimum_units": {"minimum units", "minimum", "moq", "min"},
    "multiple_units": {"multiple units", "multiple", "order multiple"},
    "lead_time_days": {"lead time days", "lead time"},
    "valid_from": {"valid from", "since"},
    "valid_to": {"valid to", "until"},
}
WHOLE = {"from_units", "pack_units", "minimum_units", "multiple_units", "lead_time_days"}
NEEDED = {"vendor", "sku", "price"}


@dataclass(frozen=True, kw_only=True)
class PriceCells:
    """One good row."""

    row: int
    vendor: str
    sku: str
    from_units: int
    price: Decimal
    terms: dict[str, Any] = field(default_factory=dict)


def read_prices(
    file: BinaryIO, *, default_vendor: str = ""
) -> tuple[list[PriceCells], list[CellProblem]]:
    """Read the whole file: its good rows, and each cell that will not do (at most 1000).

    Raises FileUnreadable when it is no list with the columns vendor, sku and price.
    """
    numbered = rows_of(file)
    _, header = next(numbered, (0, []))
    columns = _columns(header, default_vendor)
    good: list[PriceCells] = []
    problems: list[CellProblem] = []
    for number, cells in numbered:
        given = {name: cells[at] for name, at in columns.items() if at < len(cells) and cells[at]}
        given.setdefault("vendor", default_vendor)
        row, wrong = _row(number, given)
        problems += wrong
        if row is not None:
            good.append(row)
        if len(problems) >= MOST_PROBLEMS:
            break
    if not good and not problems:
        raise unreadable("there is no row below the header.")
    return good, problems[:MOST_PROBLEMS]


def _columns(header: list[str], default_vendor: str) -> dict[str, int]:
    columns: dict[str, int] = {}
    for place, title in enumerate(header):
        word = " ".join(title.lower().replace("_", " ").replace("'", "").split())
        name = next((name for name, known in NAMES.items() if word in known), None)
        if word == "vendor code" and "vendor" in columns:
            name = "vendor_code"
        if name in columns:
            raise unreadable(f"two columns are named {name}; keep one.")
        if name:
            columns[name] = place
    needed = NEEDED - ({"vendor"} if default_vendor else set())
    if missing := sorted(needed - set(columns)):
        found = ", ".join(title[:30] for title in header[:12] if title) or "none"
        raise unreadable(f"the header lacks {', '.join(missing)}; it has: {found}.")
    return columns


def _row(number: int, given: dict[str, str]) -> tuple[PriceCells | None, list[CellProblem]]:
    wrong = [
        CellProblem(row=number, column=name, fix="Fill it in.")
        for name in sorted(NEEDED)
        if not given.get(name)
    ]
    values: dict[str, Any] = {}
    for name, cell in given.items():
        try:
            values[name] = _value(name, cell)
        except BadValue as error:
            fix = str(error.facts["fix"])
            wrong.append(CellProblem(row=number, column=name, fix=fix))
    if wrong:
        return None, wrong
    terms = {name: value for name, value in values.items() if name in AGREEMENT_RULES}
    row = PriceCells(
        row=number,
        vendor=values["vendor"],
        sku=values["sku"],
        from_units=values.get("from_units", terms.get("minimum_units", 1)),
        price=values["price"],
        terms=terms,
    )
    return row, []


def _value(name: str, cell: str) -> Any:
    if not cell.isprintable():
        raise BadValue(field=name, fix="Leave out control characters.")
    if cell.startswith(FORMULA):
        fix = "Give 0 or more." if name == "price" else "Give the value, not a formula."
        raise BadValue(field=name, fix=fix)
    if name in WHOLE:
        if not (cell.isascii() and cell.isdigit() and len(cell) < 12):
            raise BadValue(field=name, fix="Give a whole number, digits only.")
        whole = int(cell)
        return (
            own.units(name, whole) if name == "from_units" else AGREEMENT_RULES[name](name, whole)
        )
    if name == "price":
        return own.price(name, cell)
    if name in AGREEMENT_RULES:
        return AGREEMENT_RULES[name](name, cell)
    if len(cell) > 64:
        raise BadValue(field=name, fix="Give at most 64 characters.")
    return cell
