"""Units that are missing: filled when stock comes in, released after, or given up."""

from collections.abc import Callable, Iterator
from functools import partial

import pytest

from core.actor import acting, person
from core.books import check_books
from core.errors import BadValue, NotThere
from core.jobs import work_off
from core.models import EventRecord
from core.relay import relay_once
from core.roles import Role
from inventory.models import StockLevel
from orders.errors import MoveNotAllowed, NotWaiting
from orders.models import Order, OrderException, OrderLine
from orders.operations.cancel import cancel_order
from orders.operations.cancel_short import cancel_short
from orders.operations.fill import retry_allocation
from orders.operations.fulfillment.pick import (
    finish_picking,
    record_pick,
    short_pick,
    start_picking,
)
from orders.operations.fulfillment.ship import (
    cancel_fulfillment,
    deliver_fulfillment,
    finish_packing,
    ship_fulfillment,
)
from orders.operations.place import place_order
from orders.operations.release import release_order
from orders.states import FulfillmentStatus, OrderStatus
from orders.tasks import fill_short
from orders.why import why_not_shipped
from tests.builders.inventory import channel, sku, stock
from tests.builders.orders import order_in, placed_order, released_order
from tests.builders.people import someone
from tests.races import at_once

pytestmark = pytest.mark.django_db


def proved() -> bool:
    upstream = ("inventory", "orders")
    wrong = {name: found for name, found in check_books() if found and name.startswith(upstream)}
    assert not wrong
    return True


def short_picked(units: int = 3, missing: int = 1) -> Order:
    """An order of which one unit was not on its shelf."""
    row = released_order(MUG=units)
    start_picking(row.pk)
    line = row.lines.get()
    short_pick(row.pk, line_id=line.pk, units=missing)
    if units > missing:
        record_pick(row.pk, line_id=line.pk, units=units - missing)
        finish_picking(row.pk)
    return Order.objects.get(pk=row.order_id)


def send(row) -> None:
    if row.status == "open":
        start_picking(row.pk)
        for line in row.lines.all():
            record_pick(row.pk, line_id=line.pk, units=line.units)
        finish_picking(row.pk)
    finish_packing(row.pk)
    ship_fulfillment(row.pk)
    deliver_fulfillment(row.pk)


def codes(order: Order) -> list[str]:
    return [reason.code for reason in why_not_shipped(Order.objects.get(pk=order.pk))]


def test_what_was_not_found_is_short_and_says_so():
    order = short_picked()

    assert codes(order) == ["short", "exception", "to_pack"]
    assert OrderException.objects.get(kind="short_pick").order == order
    assert proved()


def test_what_comes_in_after_a_short_pick_is_released_by_itself():
    order = short_picked()
    send(order.fulfillments.get())
    stock("MUG", on_hand=5)

    assert retry_allocation(order.pk) == 1
    assert "ready_to_release" in codes(order)
    first, second = release_order(order.pk)

    assert (first.number, second.number) == (f"{order.number}-F1", f"{order.number}-F2")
    assert second.lines.get().units == 1
    assert release_order(order.pk) == [first, second]
    send(second)
    order.refresh_from_db()
    assert (order.status, order.fulfillment_status) == (OrderStatus.CLOSED, "delivered")
    assert proved()


def test_the_only_work_that_found_nothing_leaves_the_order_unreleased():
    order = short_picked(units=1, missing=1)

    assert order.fulfillment_status == FulfillmentStatus.NONE
    assert order.fulfillments.get().status == "cancelled"
    assert proved()


def test_work_taken_back_is_released_again_from_the_stock():
    row = released_order(MUG=2)
    cancel_fulfillment(row.pk, reason="wrong place")

    assert retry_allocation(row.order_id) == 2
    made = release_order(row.order_id)

    assert [one.number for one in made if one.status == "open"] == [f"{row.order.number}-F2"]
    assert proved()


def test_giving_up_the_missing_units_lets_the_rest_go():
    stock("MUG", on_hand=2)
    order = place_order(channel("bay", marketplace=True).pk, order_in(MUG=5))

    cancel_short(order.pk, reason="discontinued")

    line = OrderLine.objects.get(order=order)
    assert (line.units_cancelled, line.units_short) == (3, 0)
    assert codes(order)[0] == "exception"
    asked = OrderException.objects.get(kind="other")
    assert asked.facts == {"units": 3, "amount": "£30.00"}
    assert OrderException.objects.get(kind="oversold").resolved_at is not None
    assert release_order(order.pk)[0].lines.get().units == 2
    assert proved()


def test_giving_up_the_last_missing_unit_ends_an_order_that_has_arrived():
    order = short_picked()
    send(order.fulfillments.get())
    assert Order.objects.get(pk=order.pk).fulfillment_status == "partly_shipped"

    cancel_short(order.pk, reason="none left")

    order.refresh_from_db()
    assert (order.status, order.fulfillment_status) == (OrderStatus.CLOSED, "delivered")
    assert order.shipped_at is not None
    assert order.delivered_at is not None
    names = EventRecord.objects.values_list("name", flat=True)
    assert {"order.shipped", "order.delivered", "order.closed"} <= set(names)
    assert proved()


def test_giving_up_everything_cancels_the_order():
    stock("CUP", on_hand=1)
    stock("MUG", on_hand=1)
    released_order(MUG=1)
    order = place_order(channel("bay", marketplace=True).pk, order_in(MUG=2))

    cancel_short(order.pk, reason="none left")

    order.refresh_from_db()
    assert order.status == OrderStatus.CANCELLED
    assert proved()


def test_the_refund_of_parts_is_exact():
    stock("MUG", on_hand=1)
    given = order_in("3.333", MUG=3)
    order = place_order(channel("bay", marketplace=True).pk, given)
    assert order.total.minor == 1000

    cancel_short(order.pk, reason="none left")

    assert OrderException.objects.get(kind="other").facts["amount"] == "£6.67"


def test_nothing_short_is_nothing_to_give_up():
    order = placed_order(MUG=1)

    with pytest.raises(NotWaiting):
        cancel_short(order.pk, reason="why")
    with pytest.raises(BadValue):
        cancel_short(order.pk, reason=" ")
    Order.objects.filter(pk=order.pk).update(status="closed")
    with pytest.raises(MoveNotAllowed):
        cancel_short(order.pk, reason="why")


def test_out_of_reach_is_not_there():
    stock("MUG", on_hand=1)
    order = place_order(channel("bay", marketplace=True).pk, order_in(MUG=2))

    stranger = person(someone(Role.AGENT, all_channels=False))
    with acting(stranger), pytest.raises(NotThere):
        cancel_short(order.pk, reason="mine")


def test_stock_that_comes_in_goes_to_the_oldest_first():
    shop = channel("bay", marketplace=True)
    sku("MUG")
    orders = [place_order(shop.pk, order_in(MUG=2)) for _ in range(3)]
    level = stock("MUG", on_hand=3)
    fill_short.add(level.sku_id)

    work_off(fill_short)

    short = [OrderLine.objects.get(order=order).units_short for order in orders]
    assert short == [0, 1, 2]
    assert proved()


def test_the_relay_hears_of_stock_and_fills():
    sku("MUG")
    order = place_order(channel("bay", marketplace=True).pk, order_in(MUG=2))
    stock("MUG", on_hand=2)

    relay_once()
    work_off(fill_short)

    assert OrderLine.objects.get(order=order).units_short == 0


@pytest.mark.django_db(transaction=True)
def test_of_eight_who_release_at_once_one_makes_the_work():
    order = placed_order(MUG=3)

    at_once(8, lambda: release_order(order.pk))

    assert order.fulfillments.count() == 1
    assert OrderLine.objects.get(order=order).units_released == 3


@pytest.mark.django_db(transaction=True)
def test_units_that_come_in_are_promised_once_however_many_ask():
    sku("MUG")
    shop = channel("bay", marketplace=True)
    orders = [place_order(shop.pk, order_in(MUG=2)) for _ in range(4)]
    stock("MUG", on_hand=5)
    turns = iter(orders * 2)

    at_once(8, lambda: retry_allocation(next(turns).pk))

    assert StockLevel.objects.get().allocated == 5
    assert sum(OrderLine.objects.values_list("units_short", flat=True)) == 3
    assert proved()


@pytest.mark.django_db(transaction=True)
def test_an_order_is_released_or_cancelled_never_both():
    for _ in range(3):
        order = placed_order(MUG=1)
        acts = iter([partial(release_order, order.pk), partial(cancel_order, order.pk, reason="x")])

        at_once(2, partial(_do_next, acts))

        order.refresh_from_db()
        live = order.fulfillments.exclude(status="cancelled").count()
        assert (order.status, live) in {("open", 1), ("cancelled", 0)}
    assert proved()


def _do_next(acts: Iterator[Callable[[], object]]) -> object:
    return next(acts)()
