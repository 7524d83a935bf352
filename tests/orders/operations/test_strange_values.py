"""Values that nobody means are refused by field."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from core.errors import BadValue
from orders.intake import CustomerIn, LineIn
from orders.models import Order
from orders.operations.exceptions import raise_exception, snooze_exception
from orders.operations.hold import hold_order
from orders.operations.place import place_order
from tests.builders.inventory import channel, stock
from tests.builders.orders import order_in, placed_order

pytestmark = pytest.mark.django_db


def refused(act) -> str:
    with pytest.raises(BadValue) as error:
        act()
    assert error.value.facts["fix"]
    return error.value.facts["field"]


@pytest.mark.parametrize("year", [1, 1989])
def test_an_order_from_before_there_were_shops(year):
    stock("MUG")
    given = replace(order_in(MUG=1), placed_at=datetime(year, 1, 1, tzinfo=UTC))

    assert refused(lambda: place_order(channel().pk, given)) == "placed_at"
    assert not Order.objects.exists()


def test_an_order_worth_more_than_can_be_counted():
    shop = channel("bay", marketplace=True)
    stock("MUG")
    line = LineIn(sku="MUG", units=1_000_000, unit_price=Decimal(10**9))
    given = replace(order_in(MUG=1, paid=False), lines=[line] * 999)

    assert refused(lambda: place_order(shop.pk, given)) == "lines"


def test_a_customer_number_that_does_not_fit_beside_the_channel():
    shop = channel("a" * 30)
    stock("MUG")
    given = replace(order_in(MUG=1), customer=CustomerIn(name="A", ref="r" * 80))

    assert refused(lambda: place_order(shop.pk, given)) == "customer.ref"


def test_times_that_no_clock_can_show():
    order = placed_order(MUG=1)
    never = datetime(9999, 12, 31, 23, 59, tzinfo=UTC)
    row = raise_exception("other", order_id=order.pk, key="k", sentence="Look.")

    assert refused(lambda: hold_order(order.pk, reason="wait", due=never)) == "due"
    assert refused(lambda: snooze_exception(row.pk, until=never)) == "until"


def test_a_price_that_comes_to_nothing_is_no_price():
    stock("MUG", on_hand=5000)
    shop = channel("web")
    with pytest.raises(BadValue, match=r"lines.0.unit_price.*come to £0.00; send 0 for a gift"):
        place_order(shop.pk, order_in("0.001", paid=False, MUG=1))

    assert place_order(shop.pk, order_in("0.001", paid=False, MUG=1000)).total.minor == 100
    assert place_order(shop.pk, order_in("0", paid=False, MUG=1)).total.minor == 0
