"""Which order lines the credits of a file belong to: pure, so that it is easy to test.

A credit belongs to the same customer's latest earlier order line of that SKU that has
units left; when one line has not enough, the next latest gives the rest. Credits are
taken by time, so that each sees what the earlier ones have left.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from core.money import Money


@dataclass
class Sold:
    """An order line with units that may still come back."""

    line_id: int
    order_id: int
    customer_id: int
    sku_id: int
    placed_at: datetime
    units_left: int


@dataclass(frozen=True)
class Credit:
    """One credit line of a file."""

    pk: int
    customer_id: int | None
    sku_id: int | None
    units: int
    amount: Money
    processed_at: datetime


@dataclass(frozen=True)
class Piece:
    """Units of one order line that a credit brings back, and what was given for them."""

    credit: Credit
    sold: Sold
    units: int
    amount: Money


@dataclass
class Matches:
    """What was found: pieces by credit, and the reason where nothing was."""

    pieces: list[Piece] = field(default_factory=list)
    unmatched: dict[int, str] = field(default_factory=dict)


def match(lines: Iterable[Credit], sold: Iterable[Sold], left: dict[int, int]) -> Matches:
    """Match credits (sorted by time) with sold lines; `left`: order id -> minor units to refund.

    `sold` and `left` are used up on the way.
    """
    shelves: dict[tuple[int, int], list[Sold]] = defaultdict(list)
    for line in sorted(sold, key=lambda line: (line.placed_at, line.line_id)):
        shelves[line.customer_id, line.sku_id].append(line)
    found = Matches()
    for credit in lines:
        reason = _why_not(credit)
        if not reason:
            shelf = shelves.get((credit.customer_id or 0, credit.sku_id or 0), [])
            pieces, reason = _take(credit, shelf, left)
            found.pieces += pieces
        if reason:
            found.unmatched[credit.pk] = reason
    return found


def _why_not(credit: Credit) -> str:
    if credit.sku_id is None:
        return "It is for no goods that are known: a fee, a discount or an unknown code."
    if credit.customer_id is None:
        return "It names no customer."
    return ""


def _take(credit: Credit, shelf: list[Sold], left: dict[int, int]) -> tuple[list[Piece], str]:
    """All of the credit's units from the latest earlier lines; or none, and why."""
    earlier = [line for line in shelf if line.placed_at <= credit.processed_at and line.units_left]
    if not earlier:
        return [], "No earlier order of this customer has such a unit left."
    chosen = _chosen(credit, earlier)
    covered = sum(units for _, units in chosen)
    if covered < credit.units:
        return [], f"The customer's earlier orders have {covered} of the units left."
    parts = credit.amount.split([units for _, units in chosen])
    wanted: dict[int, int] = defaultdict(int)
    for (line, _), part in zip(chosen, parts, strict=True):
        wanted[line.order_id] += part.minor
    if any(minor > left.get(order_id, 0) for order_id, minor in wanted.items()):
        return [], "It is more than what is left of what was paid for the order."
    for order_id, minor in wanted.items():
        left[order_id] = left.get(order_id, 0) - minor
    for line, units in chosen:
        line.units_left -= units
    pieces = [
        Piece(credit, line, units, part) for (line, units), part in zip(chosen, parts, strict=True)
    ]
    return pieces, ""


def _chosen(credit: Credit, earlier: list[Sold]) -> list[tuple[Sold, int]]:
    """Units of the latest line, then of the one before, until there are enough or no more."""
    chosen, missing = [], credit.units
    for line in reversed(earlier):
        if not missing:
            break
        units = min(missing, line.units_left)
        chosen.append((line, units))
        missing -= units
    return chosen
