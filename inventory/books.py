"""What inventory's books must prove, asked of all rows at once."""

from collections.abc import Iterator

from core.books import Mismatch, book_checks
from core.statements import run_sql
from inventory.states import Counter


def _counters() -> Iterator[Mismatch]:
    for row in run_sql("inventory/check_counters"):
        for counter in Counter.values:
            there, booked = row[counter], row[f"booked_{counter}"]
            if there != booked:
                yield Mismatch(
                    f"stock level {row['id']} ({row['sku']} in {row['warehouse']})",
                    f"{counter} is {there}; its movements sum to {booked}",
                    {"counter": counter, "there": there, "booked": booked},
                )


def _promises() -> Iterator[Mismatch]:
    for row in run_sql("inventory/check_promises"):
        yield Mismatch(
            f"stock level {row['id']} ({row['sku']} in {row['warehouse']})",
            f"allocated is {row['allocated']}; its promises sum to {row['promised']}",
            {"there": row["allocated"], "promised": row["promised"]},
        )


def _nothing_below_nothing() -> Iterator[Mismatch]:
    for row in run_sql("inventory/check_limits"):
        yield Mismatch(
            f"stock level {row['id']} ({row['sku']} in {row['warehouse']})",
            "a counter is below nothing, or more is promised than is there",
            {"on_hand": row["on_hand"], "allocated": row["allocated"]},
        )


def _transfers() -> Iterator[Mismatch]:
    for row in run_sql("inventory/check_transfers"):
        yield Mismatch(
            f"transfer TR-{row['id']} ({row['sku']})",
            f"{row['open']} on their way, {row['incoming']} incoming; "
            f"{row['wanted']} to be sent, {row['held']} promised",
            row,
        )


def add_checks() -> None:
    """Let `check_books` ask them."""
    book_checks.add("inventory: each counter is the sum of its movements", _counters)
    book_checks.add("inventory: allocated is the sum of what is promised", _promises)
    book_checks.add("inventory: transfers are promised, then incoming", _transfers)
    book_checks.add("inventory: nothing is below nothing or oversold", _nothing_below_nothing)
