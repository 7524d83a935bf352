"""From a file to rows of values: which of its columns is what, and each cell by that rule."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from core.errors import BadValue
from inventory.importing.columns import Column, columns_of
from inventory.importing.decode import unreadable
from inventory.importing.sheets import EXACT_DIGITS, MOST_COLUMNS, Cell, table_of

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
SHORTENED = re.compile(r"\d(?:[.,]\d+)?[eE]\+?\d+")
BARCODE_DIGITS = {8, 12, 13, 14}
EXAMPLES = 3
MOST_PROBLEMS = 5_000
Problem = tuple[int, str, str]  # row, column, fix


@dataclass(frozen=True)
class GivenRow:
    """One row whose cells are good: column name -> value; an emptied cell is None or ''."""

    row: int
    values: dict[str, Any]
    cells: list[str]


@dataclass
class Table:
    """A file, read: its header, what was taken for what, its good rows and its wrong cells."""

    header: list[str]
    mapping: dict[str, str]  # column name -> header
    examples: dict[str, list[str]] = field(default_factory=dict)  # header -> first values
    rows: list[GivenRow] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    raw: dict[int, list[str]] = field(default_factory=dict)  # rows with a wrong cell
    missing: list[str] = field(default_factory=list)
    total: int = 0


def unguarded(cell: str) -> str:
    """The value of a cell that exports have kept from being taken for a formula."""
    guarded = cell.startswith("'") and cell[1:].lstrip("'").startswith(FORMULA)
    return cell[1:] if guarded else cell


def guarded(value: str) -> str:
    """The other way round: `unguarded(guarded(value))` is `value`."""
    return f"'{value}" if value.lstrip("'").startswith(FORMULA) else value


def guess(header: list[str], kind: str) -> dict[str, str]:
    """Which header means which column, by their words."""
    found: dict[str, str] = {}
    columns = columns_of(kind)
    for title in header:
        word = " ".join(re.sub(r"[_\-./*]", " ", title.lower()).split())
        exact = " ".join(title.lower().split())
        for name, column in columns.items():
            if name not in found and (column.known_as(word) or column.known_as(exact)):
                found[name] = title
                break
    if kind == "stock" and "units" not in found and "expected" in found:
        found["units"] = found.pop("expected")  # a plain list of what is on hand
    return found


def read_table(
    file: BinaryIO, *, kind: str, mapping: Mapping[str, str] | None = None, empty: str = "keep"
) -> Table:
    """Read a whole file. `mapping` is column name -> header; without one it is guessed.

    `empty`: "keep" leaves what a field has where the cell is empty, "clear" empties it. Raises
    FileUnreadable when it is no table, BadValue for a mapping to what there is not.
    """
    numbered = table_of(file)
    _, found = next(numbered, (0, []))
    header = [str(unguarded(title))[:100] for title in found]
    if not any(header):
        raise unreadable("it is empty.")
    if len(header) > MOST_COLUMNS:
        raise unreadable(f"it has more than {MOST_COLUMNS} columns.")
    columns = columns_of(kind)
    chosen = guess(header, kind) if mapping is None else dict(mapping)
    _require_known(chosen, columns, header)
    table = Table(header=header, mapping=chosen)
    table.missing = [c.label for c in columns.values() if c.needed and c.name not in chosen]
    places = {name: header.index(title) for name, title in chosen.items()}
    for number, cells in numbered:
        table.total += 1
        _show(table, cells)
        if not table.missing and len(table.problems) < MOST_PROBLEMS:
            _take(table, number, cells, places, columns, clear=empty == "clear")
    if not table.total:
        raise unreadable("there is no row below the header.")
    return table


def _require_known(
    chosen: Mapping[str, str], columns: Mapping[str, Column], header: list[str]
) -> None:
    used: set[str] = set()
    for name, title in chosen.items():
        if name not in columns:
            raise BadValue(field="mapping", fix=f"There is no field {name[:40]}.")
        if title not in header:
            raise BadValue(field="mapping", fix=f"The file has no column {title[:40]}.")
        if header.count(title) > 1:
            raise unreadable(f"two columns are named {title[:40]}; keep one.")
        if title in used:
            raise BadValue(field="mapping", fix=f"{title[:40]} is chosen twice.")
        used.add(title)


def _show(table: Table, cells: list[str]) -> None:
    if table.total > 50:
        return
    for title, cell in zip(table.header, cells, strict=False):
        shown = table.examples.setdefault(title, [])
        if cell and len(shown) < EXAMPLES and cell[:40] not in shown:
            shown.append(str(cell)[:40])


def _take(
    table: Table, number: int, cells: list[str], places: dict[str, int],
    columns: dict[str, Column], *, clear: bool,
) -> None:  # fmt: skip
    values: dict[str, Any] = {}
    wrong: list[Problem] = []
    if len(cells) > len(table.header) and any(cells[len(table.header) :]):
        wrong.append((number, "", "It has more cells than the header; check the separators."))
    for name, place in places.items():
        cell = cells[place] if place < len(cells) else ""
        column = columns[name]
        if not cell and not (column.needed and name != "units" and name != "unit_cost"):
            if clear and column.source and name not in {"units", "expected", "product_id"}:
                _emptied(column, number, values, wrong)
            continue
        try:
            _require_unspoilt(column, cell)
            values[name] = column.read(name, str(unguarded(cell)).replace("\r\n", "\n"))
        except BadValue as error:
            wrong.append((number, name, str(error.facts["fix"])))
    if wrong:
        table.problems += wrong
        table.raw[number] = [str(cell) for cell in cells]
    else:
        table.rows.append(GivenRow(number, values, cells))


def _emptied(column: Column, number: int, values: dict[str, Any], wrong: list[Problem]) -> None:
    if column.name in {"currency", "active"}:
        return  # never empty
    try:
        values[column.name] = (
            None if column.read.__name__ == "_whole" else column.read(column.name, "")
        )
    except BadValue as error:
        wrong.append((number, column.name, str(error.facts["fix"])))


def _require_unspoilt(column: Column, cell: str) -> None:
    """Refuse what a spreadsheet has made of a value; nothing of it is guessed."""
    origin = cell.origin if isinstance(cell, Cell) else ""
    fix = ""
    if origin == "error":
        fix = f"The formula gives {cell[:20]}; give the value."
    elif column.digits and origin == "date":
        fix = "The spreadsheet made a date of it; format the column as text."
    elif column.digits and SHORTENED.fullmatch(cell):
        fix = "The spreadsheet has shortened the number; format the column as text."
    elif column.digits and origin == "number" and len(cell) > EXACT_DIGITS:
        fix = "A spreadsheet keeps 15 digits of a number; format the column as text."
    elif column.name == "barcode" and origin == "number" and len(cell) not in BARCODE_DIGITS:
        fix = (
            f"It is a number of {len(cell)} digits: zeros in front may be lost. "
            "Format the column as text."
        )
    if fix:
        raise BadValue(field=column.name, fix=fix)
