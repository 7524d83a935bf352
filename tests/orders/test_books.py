"""What is tampered with behind the operations' backs is found."""

import pgtrigger
import pytest

from core.books import book_checks
from inventory.models import Allocation
from orders.models import FulfillmentLine, Order, OrderCharge, OrderLine, PaymentEvent
from tests.builders.orders import delivered_order, placed_order, released_order, shipped_order

pytestmark = pytest.mark.django_db


def wrong() -> set[str]:
    """The checks of orders that find something."""
    return {
        name.partition(": ")[2]
        for name, check in book_checks.items()
        if name.startswith("orders") and list(check())
    }


TOTALS, PAID = "lines and charges add up to the total", "the ledger bears out the payment status"
UNITS, LEFT, HELD = (
    "each unit is accounted for", "what shipped has left", "each promise has its line",
)  # fmt: skip


def test_nothing_is_wrong_in_any_state():
    for made in (placed_order, released_order, shipped_order, delivered_order):
        made(MUG=2, CUP=1)
    assert wrong() == set()


@pytest.mark.parametrize(
    ("rows", "changes", "found"),
    [
        (OrderLine.objects.filter(position=1), {"total": 7}, {TOTALS}),
        (OrderLine.objects.filter(position=1), {"discount": 7}, {TOTALS}),
        (OrderLine.objects.filter(position=1), {"tax": 7}, {TOTALS}),
        (OrderLine.objects.filter(position=1), {"units_short": 1}, {UNITS}),
        (OrderLine.objects.filter(position=1), {"units": 3}, {UNITS}),
        (Allocation.objects.filter(units=2), {"units": 1}, {UNITS}),
        (Allocation.objects.filter(units=2), {"holder_id": 999}, {UNITS, HELD}),
        (Order.objects.all(), {"payment_status": "unpaid"}, {PAID}),
        (Order.objects.all(), {"fulfillment_status": "released"}, {LEFT}),
    ],
)
def test_a_change_of_a_promised_order_is_found(rows, changes, found):
    placed_order(MUG=2, CUP=1)
    rows.update(**changes)
    assert wrong() == found


@pytest.mark.parametrize(
    ("rows", "changes", "found"),
    [
        (OrderLine.objects.filter(position=1), {"units_shipped": 1}, {UNITS, LEFT}),
        (OrderLine.objects.filter(position=1), {"units_released": 1}, {UNITS}),
        (FulfillmentLine.objects.filter(units=2), {"units": 1, "units_picked": 1}, {UNITS, LEFT}),
        (Order.objects.all(), {"fulfillment_status": "delivered"}, {LEFT}),
    ],
)
def test_a_change_of_a_shipped_order_is_found(rows, changes, found):
    shipped_order(MUG=2, CUP=1)
    rows.update(**changes)
    assert wrong() == found


def test_a_charge_that_was_slipped_in_is_found():
    order = placed_order(MUG=1)
    OrderCharge.objects.create(order=order, kind="fee", amount=order.total)
    assert wrong() == {TOTALS}


def test_a_payment_that_was_taken_out_is_found():
    order = placed_order(MUG=1)
    with pgtrigger.ignore():
        PaymentEvent.objects.filter(order=order).delete()
    assert wrong() == {PAID}


def test_a_promise_that_outlives_its_order_is_found():
    order = placed_order(MUG=1)
    Order.objects.filter(pk=order.pk).update(status="closed")
    assert HELD in wrong()
