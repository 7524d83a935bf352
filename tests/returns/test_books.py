"""check_books finds what was tampered with, and nothing else."""

import pytest

from core.books import check_books
from core.money import Money
from orders.models import OrderLine
from returns.models import Refund, ReturnUnits
from returns.operations.refund import refund_order, refund_return
from returns.operations.settle import record_refund
from tests.builders.returns import inspected, shipped_order

pytestmark = pytest.mark.django_db


def wrong():
    found = dict(check_books())
    return {name: rows for name, rows in found.items() if rows and name.startswith("returns")}


@pytest.fixture
def rma():
    order = shipped_order(("MUG", 3, "10.00"))
    back = inspected(order, 2)
    refund = refund_return(back.pk).refunds[0]
    record_refund(refund.pk, gateway_ref="g1")
    refund_order(order.pk, amount=Money.of("1.00", "GBP"), reason="sorry")
    return back


def test_books_that_nobody_touched_are_right(rma):
    assert wrong() == {}


@pytest.mark.parametrize(
    ("tamper", "name"),
    [
        (lambda: Refund.objects.filter(state="done").update(amount=1), "each refund is in"),
        (lambda: Refund.objects.filter(state="waiting").update(amount=900), "no more is promised"),
        (lambda: OrderLine.objects.update(units_returned=1), "returned units were received"),
        (lambda: ReturnUnits.objects.update(disposition="scrap"), "what was inspected"),
        (lambda: ReturnUnits.objects.update(owed=1), "none gives back more"),
        (lambda: ReturnUnits.objects.all().delete(), "none gives back more"),
    ],
)
def test_each_check_finds_its_own_trouble(rma, tamper, name):
    tamper()

    assert [found for found in wrong() if name in found]
