"""What a file would do, row by row, in a form that two looks at it can be compared."""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from hashlib import blake2s
from typing import Any, Protocol

from core.events import publish
from inventory.events.files import SkusImported

Problem = tuple[int, str, str]  # row, column, fix
NEW, CHANGED, UNCHANGED = "new", "changed", "unchanged"
EACH = 50  # SKUs in one event: all of them are subjects


class Row(Protocol):
    """One row of the file whose cells are good."""

    row: int
    values: dict[str, Any]


@dataclass
class Outcome:
    """What becomes of one row: `changes` is column -> (from, to), as text."""

    row: int
    key: str
    what: str
    changes: dict[str, tuple[str, str]] = field(default_factory=dict)
    asks: bool = False  # a second person
    data: Any = None

    @property
    def digest(self) -> str:
        """The same for the same change from the same state."""
        told = json.dumps([self.what, sorted(self.changes.items())], ensure_ascii=False)
        return blake2s(told.encode(), digest_size=6).hexdigest()


@dataclass
class FilePlan:
    """Every good row's outcome, and what stands against the others."""

    outcomes: list[Outcome] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def settle(self) -> None:
        """Leave out the outcomes of rows that have a problem."""
        bad = {row for row, _, _ in self.problems}
        self.outcomes = [one for one in self.outcomes if one.row not in bad]

    def compare(self, seen: dict[str, str]) -> None:
        """Refuse the rows that would no longer do what the check has shown."""
        for one in self.outcomes:
            if seen.get(str(one.row)) != one.digest:
                now = ", ".join(f"{name} is {was or 'empty'}" for name, (was, _) in
                                one.changes.items()) or one.what  # fmt: skip
                fix = f"It has changed since the check: now {now[:200]}. Check the file again."
                self.problems.append((one.row, "", fix))
        self.settle()

    def counts(self) -> dict[str, int]:
        """How many rows of each outcome."""
        told = dict.fromkeys((NEW, CHANGED, UNCHANGED), 0)
        for one in self.outcomes:
            told[one.what] += 1
        return told | {"second_person": sum(one.asks for one in self.outcomes)}


def shown(value: Any) -> str:
    """A value as a file has it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        text = format(value, "f")
        return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"
    return str(value)


def repeated(
    rows: Sequence[Row], key: Callable[[Row], Any], column: str, fix: str
) -> Iterable[Problem]:
    """A problem for each row whose key another row has, too; `fix` names that row."""
    first: dict[Any, Row] = {}
    told: set[int] = set()
    for row in rows:
        if (value := key(row)) in (None, ""):
            continue
        other = first.setdefault(value, row)
        if other is row:
            continue
        yield row.row, column, fix.format(row=other.row)
        if other.row not in told:
            told.add(other.row)
            yield other.row, column, fix.format(row=row.row)


def tell(sku_ids: Sequence[int], what: str) -> None:
    """Publish skus.imported for all of them."""
    for start in range(0, len(sku_ids), EACH):
        publish(SkusImported(sku_ids=list(sku_ids[start : start + EACH]), what=what))
