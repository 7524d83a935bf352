"""What must always hold of orders; `manage.py check_books` asks."""

from collections.abc import Iterator

from core.books import Mismatch
from core.statements import run_sql


def totals_add_up() -> Iterator[Mismatch]:
    """The parts of an order are the sums of its lines and charges."""
    for row in run_sql("orders/check_totals"):
        sentence = f"subtotal {row['subtotal']}, lines {row['lines']}; or another part is off"
        yield Mismatch(f"order {row['number']}", sentence, row)


def payments_bear_out_their_status() -> Iterator[Mismatch]:
    """The payment status follows from the ledger; no more was given back than taken."""
    for row in run_sql("orders/check_payments"):
        sentence = f"is {row['payment_status']}, the ledger says {row['status']}"
        yield Mismatch(f"order {row['number']}", sentence, row)


def units_are_accounted_for() -> Iterator[Mismatch]:
    """Each ordered unit is promised, short, cancelled or shipped."""
    for row in run_sql("orders/check_units"):
        sentence = (
            f"{row['units']} ordered; promised {row['held']}, short {row['units_short']}, "
            f"cancelled {row['units_cancelled']}, shipped {row['units_shipped']}, "
            f"of those lost {row['units_lost']}; "
            f"released {row['units_released']}, to warehouses {row['released']}"
        )
        yield Mismatch(f"order {row['number']} line {row['position']}", sentence, row)


def shipped_units_have_left() -> Iterator[Mismatch]:
    """What lines say has shipped has left in fulfillment orders; the status follows from both."""
    for row in run_sql("orders/check_shipped"):
        sentence = f"is {row['fulfillment_status']}, its lines and work say {row['status']}"
        if row["apart"]:
            sentence += "; lines say they shipped other units than have left"
        yield Mismatch(f"order {row['number']}", sentence, row)


def promises_have_a_line() -> Iterator[Mismatch]:
    """Stock is promised to lines of open orders only, and to each of its own SKU."""
    for row in run_sql("orders/check_holders"):
        whose = f"order {row['number']}" if row["number"] else "no order"
        sentence = f"holds {row['units']} of {row['sku']} for {whose}, which does not want them"
        yield Mismatch(f"promise {row['id']}", sentence, row)


def preordered_units_wait() -> Iterator[Mismatch]:
    """What lines say is preordered waits for them, or lies there to be claimed."""
    for row in run_sql("orders/check_preordered"):
        whose = f"order {row['number']}" if row["number"] else f"no order (line {row['id']})"
        sentence = f"{row['units_preordered']} preordered; {row['waiting']} wait or have come"
        yield Mismatch(f"{whose} line {row['position']}", sentence, row)
