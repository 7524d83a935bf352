"""What the books of purchasing must prove: orders, receipts, costs."""

from collections.abc import Callable, Iterator
from typing import Any

from django.conf import settings

from core.books import Mismatch, book_checks
from core.money import exponent
from core.statements import run_sql


def _incoming() -> Iterator[Mismatch]:
    for row in run_sql("inventory/check_purchase_incoming"):
        yield _about(row, "{open} units are open; {booked} are incoming for it")


def _received() -> Iterator[Mismatch]:
    for row in run_sql("inventory/check_purchase_received"):
        yield _about(
            row,
            "{units_received} received, {units_damaged} damaged; its receipts say {taken} and "
            "{damaged}, the ledger {booked}",
        )


def _totals() -> Iterator[Mismatch]:
    for row in run_sql("inventory/check_purchase_totals"):
        yield Mismatch(
            f"purchase order {row['number']}", "its total is not the sum of its lines", row
        )


def _layers() -> Iterator[Mismatch]:
    for row in run_sql("inventory/check_cost_layers"):
        said = "{units} units came in; its cost layer has {layer_units}, or another value"
        yield Mismatch(f"receipt {row['number']} ({row['sku']})", said.format(**row), row)


def _landed() -> Iterator[Mismatch]:
    for row in run_sql("inventory/check_landed"):
        yield Mismatch(
            f"landed cost {row['document']} on {row['number']}",
            "its shares do not add up to it",
            row,
        )


def _averages() -> Iterator[Mismatch]:
    scale = 10 ** exponent(settings.COMPANY_CURRENCY)
    for row in run_sql("inventory/check_averages", scale=scale):
        said = "the average is {average} after entry {id}; it should be {computed}"
        if not row["has_source"]:
            said = "entry {id} has another value than what it is about"
        elif row["previous"] is not None and row["previous"] != row["average_before"]:
            said = "entry {id} starts from {average_before}; the one before ended at {previous}"
        elif row["is_last"] and row["kept"] != row["average"]:
            said = "the average is kept as {kept}; its last entry says {average}"
        facts = {name: str(value) for name, value in row.items()}
        yield Mismatch(f"cost of {row['sku']} in {row['warehouse']}", said.format(**row), facts)


def _bills() -> Iterator[Mismatch]:
    for row in run_sql("inventory/check_bills"):
        yield Mismatch(f"bill {row['number']} of {row['vendor']}", row["wrong"], row)


def _preorders() -> Iterator[Mismatch]:
    for row in run_sql("inventory/check_preorders"):
        said = (
            "{sold} sold, {filled} filled; its preorders say {units} and {units_filled}, "
            "{held} lie there for them"
        )
        yield Mismatch(f"preorder offer PR-{row['id']} ({row['sku']})", said.format(**row), row)


def _about(row: dict[str, Any], sentence: str) -> Mismatch:
    return Mismatch(
        f"purchase order {row['number']} ({row['sku']})", sentence.format(**row), dict(row)
    )


CHECKS: dict[str, Callable[[], Iterator[Mismatch]]] = {
    "open units of orders to vendors are incoming": _incoming,
    "what orders to vendors have received is the sum of their receipts": _received,
    "orders to vendors are the sum of their lines": _totals,
    "each receipt has its cost layer": _layers,
    "landed costs are spread to the last unit": _landed,
    "preorder offers are the sum of their preorders": _preorders,
    "average costs follow from receipts": _averages,
    "bills are the sum of their lines, and stand as their disputes say": _bills,
}


def add_purchase_checks() -> None:
    """Let `check_books` ask them."""
    for name, check in CHECKS.items():
        book_checks.add(f"inventory: {name}", check)
