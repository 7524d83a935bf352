"""What must always hold of returns and refunds; `manage.py check_books` asks."""

from collections.abc import Iterator

from core.books import Mismatch
from core.statements import run_sql


def refunds_are_in_the_ledger() -> Iterator[Mismatch]:
    """Each refund that is done is one entry of its order's ledger, with the same amount."""
    for row in run_sql("returns/check_refunds"):
        sentence = f"gave back {row['amount']}; the ledger of order {row['order_number']} has "
        yield Mismatch(f"refund {row['number']}", f"{sentence}{row['booked'] or 'none'}", row)


def captures_are_in_the_ledger() -> Iterator[Mismatch]:
    """Each capture that is done is one entry of its order's ledger, with the same amount."""
    for row in run_sql("returns/check_captures"):
        sentence = f"took {row['amount']}; the ledger of order {row['order_number']} has "
        yield Mismatch(f"capture {row['number']}", f"{sentence}{row['booked'] or 'none'}", row)


def no_more_is_promised_than_was_captured() -> Iterator[Mismatch]:
    """What was given back and what is on its way are within what was captured."""
    for row in run_sql("returns/check_promised"):
        sentence = (
            f"captured {row['captured']}, gave back {row['refunded']}, promises {row['promised']}"
        )
        yield Mismatch(f"order {row['number']}", sentence, row)


def returned_units_were_received() -> Iterator[Mismatch]:
    """A line's returned units are those that returns have received, and have shipped."""
    for row in run_sql("returns/check_units"):
        sentence = (
            f"{row['units_returned']} returned, {row['received']} received, "
            f"{row['units_shipped']} shipped"
        )
        yield Mismatch(f"order {row['number']} line {row['position']}", sentence, row)


def inspections_are_in_stock() -> Iterator[Mismatch]:
    """What inspectors decided is what stock has booked, SKU by SKU."""
    for row in run_sql("returns/check_stock"):
        sentence = (
            f"{row['sku']} {row['counter']}: {row['inspected']} inspected, {row['booked']} booked"
        )
        yield Mismatch(f"return {row['number']}", sentence, row)


def returns_give_back_what_they_owe() -> Iterator[Mismatch]:
    """No return gives back more for its units than they are worth."""
    for row in run_sql("returns/check_owed"):
        yield Mismatch(
            f"return {row['number']}", f"owes {row['owed']}, gave back {row['given']}", row
        )
