"""Books that prove themselves: each app adds its invariants, `check_books` asks them all."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from core.registry import Registry


@dataclass(frozen=True)
class Mismatch:
    """One counter that its ledger does not prove."""

    subject: str  # "stock level 7 (MUG in LON)"
    sentence: str  # what is there, what should be there
    facts: dict[str, Any] = field(default_factory=dict)


Repair = Callable[[], int]  # mends by adding to a ledger; returns how much it has added
book_repairs: Registry[Repair] = Registry("book repairs")
Check = Callable[[], Iterator[Mismatch]]
book_checks: Registry[Check] = Registry("books")  # "inventory: on hand is the sum of its movements"


def check_books() -> Iterator[tuple[str, list[Mismatch]]]:
    """Yield each invariant with what contradicts it; set-based, reads only."""
    for name, check in sorted(book_checks.items()):
        yield name, list(check())
