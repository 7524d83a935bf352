"""What inventory's books must prove, asked of all rows at once."""

from collections.abc import Iterator
from typing import Any

from core.books import Mismatch, book_checks, book_repairs
from core.statements import run_sql
from inventory.operations.stock.prove import repair_stock
from inventory.states import Counter


def _counters() -> Iterator[Mismatch]:
    for row in run_sql("inventory/check_counters"):
        for counter in Counter.values:
            there, booked = row[counter], row[f"booked_{counter}"]
            if there != booked:
                yield Mismatch(
                    f"stock level {row['id']} ({row['sku']} in {row['warehouse']})",
                    f"{counter} is {there}; its movements sum to {booked}. {_since(row)}",
                    {"counter": counter, "there": there, "booked": booked},
                )


def _since(row: dict[str, Any]) -> str:
    """Between which moments they parted."""
    proved = "They were never proved to agree"
    if row["proved_at"]:
        proved = f"They agreed at {row['proved_at']:%Y-%m-%d %H:%M} UTC"
    if row["since_id"] is None:
        return f"{proved}; nothing was booked since, so a counter was changed by itself."
    return (
        f"{proved}; the first movement since is {row['since_id']} ({row['since_kind']} by"
        f" {row['since_actor']} at {row['since_at']:%Y-%m-%d %H:%M})."
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


def _reservations() -> Iterator[Mismatch]:
    for row in run_sql("inventory/check_reservations"):
        yield Mismatch(
            f"reservation RS-{row['id']} ({row['sku']})",
            f"it is {row['status']} with {row['wanted']}; {row['held']} are promised to it",
            row,
        )


def _packs_and_barcodes() -> Iterator[Mismatch]:
    for row in run_sql("inventory/check_packs"):
        yield Mismatch(f"SKU {row['sku']}", row["said"], {"part": row["part"]})


def _unit_costs() -> Iterator[Mismatch]:
    for row in run_sql("inventory/check_unit_costs"):
        yield Mismatch(
            f"SKU {row['sku']}",
            f"its unit cost is {row['unit_cost']} {row['currency']}; "
            f"the last change noted made it {row['noted']} {row['noted_currency']}",
            row,
        )


def add_checks() -> None:
    """Let `check_books` ask them, and mend what can be mended by a movement."""
    book_repairs.add("inventory: counters", repair_stock)
    book_checks.add("inventory: each counter is the sum of its movements", _counters)
    book_checks.add("inventory: allocated is the sum of what is promised", _promises)
    book_checks.add("inventory: transfers are promised, then incoming", _transfers)
    book_checks.add("inventory: reservations hold what they say", _reservations)
    book_checks.add("inventory: unit costs are what was noted last", _unit_costs)
    book_checks.add("inventory: nothing is below nothing or oversold", _nothing_below_nothing)
    book_checks.add("inventory: packs, barcodes and archived SKUs agree", _packs_and_barcodes)
