"""What must be true of parcels at any moment; `check_books` asks it. Set-based, reads only."""

from collections.abc import Iterator

from core.books import Mismatch
from core.statements import run_sql


def parcels_hold_what_was_picked() -> Iterator[Mismatch]:
    """No line has more units in live parcels than the warehouse picked for it."""
    for row in run_sql("shipping/overpacked"):
        yield Mismatch(
            f"fulfillment order {row['number']}",
            f"{row['packed']} units are in parcels, {row['picked']} were picked",
            row,
        )


def shipped_work_has_left_in_parcels() -> Iterator[Mismatch]:
    """Every unit of a shipped fulfillment order that was picked is in a parcel that has left."""
    for row in run_sql("shipping/shipped_without_parcels"):
        yield Mismatch(
            f"fulfillment order {row['number']}",
            f"it is {row['status']}; {row['gone']} of {row['picked']} units left in parcels",
            row,
        )


def labelled_parcels_have_one_label() -> Iterator[Mismatch]:
    """A parcel with a tracking number has exactly the label that carries it."""
    for row in run_sql("shipping/labels_that_differ"):
        yield Mismatch(
            f"parcel {row['number']}",
            f"it says {row['tracking_number']!r}, its label says {row['label_number']!r}",
            row,
        )


def nothing_cancelled_has_left() -> Iterator[Mismatch]:
    """No parcel of a cancelled fulfillment order has left the house."""
    for row in run_sql("shipping/gone_though_cancelled"):
        yield Mismatch(
            f"parcel {row['number']}",
            f"it is {row['state']}, and {row['fulfillment']} is cancelled",
            row,
        )


def parcels_are_where_reports_say() -> Iterator[Mismatch]:
    """A parcel is delivered, or on its way back, exactly when its carrier has said so."""
    for row in run_sql("shipping/elsewhere_than_reported"):
        said = [word for word in ("delivered", "returned") if row[word]]
        yield Mismatch(
            f"parcel {row['number']}",
            f"it is {row['state']}; its carrier reported {' and '.join(said) or 'neither end'}",
            row,
        )
