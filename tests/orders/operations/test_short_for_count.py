"""A count finds fewer than are promised: the latest orders give way, and the books hold."""

import pytest

from core.actor import acting, person
from core.books import check_books
from core.errors import NotPermitted
from core.roles import Role
from inventory.errors import CountedPromised
from inventory.models import Allocation, StockLevel
from inventory.operations.stock.counts import cancel_count, count_units, start_count, submit_count
from orders.errors import NotShortByCount, StillBeingPicked
from orders.models import FulfillmentOrder, Order, OrderException, OrderLine
from orders.operations.fulfillment.pick import record_pick, start_picking
from orders.operations.release import release_order
from orders.operations.short_for_count import short_for_count
from tests.builders.inventory import sku, stock, warehouse
from tests.builders.orders import placed_order
from tests.builders.people import someone

pytestmark = pytest.mark.django_db


def found(units: int):
    """A count of MUG in LON, counted twice with so many."""
    count = start_count(warehouse("LON").pk, sku_ids=[sku("MUG").pk])
    count_units(count.pk, {sku("MUG").pk: units}, key="1")
    submit_count(count.pk)
    return count_units(count.pk, {sku("MUG").pk: units}, key="2")


def short_of(order: Order) -> int:
    return OrderLine.objects.get(order=order).units_short


def books_hold() -> bool:
    return [str(wrong) for _, found in check_books() for wrong in found] == []


def level() -> tuple[int, int]:
    row = StockLevel.objects.get(sku__code="MUG", warehouse__code="LON")
    return row.on_hand, row.allocated


def test_the_latest_promise_gives_way():
    first, last = placed_order(MUG=3), placed_order(MUG=2)  # 5 on hand, all promised
    count = found(4)
    with pytest.raises(CountedPromised, match="4 counted, 5 are promised"):
        submit_count(count.pk)
    assert [order.pk for order in short_for_count(count.pk)] == [last.pk]
    assert (short_of(first), short_of(last)) == (0, 1)
    assert level() == (5, 5)  # the count keeps what is not there, so that nobody is promised it
    assert books_hold()
    with pytest.raises(NotShortByCount):
        short_for_count(count.pk)
    submit_count(count.pk)
    assert level() == (4, 4)
    assert "1 of MUG" in OrderException.objects.get(order=last).sentence
    assert books_hold()


def test_what_is_released_comes_back_from_the_warehouse():
    order = placed_order(MUG=3)
    release_order(order.pk)
    count = found(1)
    short_for_count(count.pk)
    assert short_of(order) == 2
    assert FulfillmentOrder.objects.get().lines.get().units == 1
    submit_count(count.pk)
    assert level() == (1, 1)
    assert books_hold()


def test_nothing_of_it_is_left():
    order = placed_order(MUG=3)
    release_order(order.pk)
    count = found(0)
    short_for_count(count.pk)
    assert FulfillmentOrder.objects.get().status == "cancelled"
    submit_count(count.pk)
    assert level() == (0, 0)
    assert books_hold()


def test_what_is_in_pickers_hands_is_neither_missing_nor_taken_away():
    order = placed_order(MUG=3)
    release_order(order.pk)
    work = FulfillmentOrder.objects.get()
    start_picking(work.pk)
    record_pick(work.pk, line_id=work.lines.get().pk, units=2)
    count = start_count(warehouse("LON").pk, sku_ids=[sku("MUG").pk])
    count_units(count.pk, {sku("MUG").pk: 1}, key="1")  # two are in the tote
    line = count.lines.get()
    assert (line.off_shelf, line.expected, line.variance) == (2, 1, 0)
    assert submit_count(count.pk).status == "posted"
    count = found(0)
    with pytest.raises(StillBeingPicked):
        short_for_count(count.pk)
    assert short_of(order) == 0


def test_a_count_that_is_called_off_lets_go():
    placed_order(MUG=3)
    count = found(1)
    short_for_count(count.pk)
    cancel_count(count.pk, reason="found them")
    assert level() == (3, 1)
    assert not Allocation.objects.filter(holder_kind="count_line").exists()
    assert books_hold()


def test_other_warehouses_keep_their_promises():
    """Of a line that is promised from two places only the counted one's units go."""
    stock("MUG", on_hand=2, at="LON")
    stock("MUG", on_hand=5, at="BER")
    order = placed_order(channel="de", stocked=False, MUG=2)
    assert Allocation.objects.get().level.warehouse.code == "LON"
    count = found(1)
    short_for_count(count.pk)
    assert short_of(order) == 1
    assert level() == (2, 2)


def test_who_may_and_when():
    placed_order(MUG=3)
    count = start_count(warehouse("LON").pk, sku_ids=[sku("MUG").pk])
    count_units(count.pk, {sku("MUG").pk: 1}, key="1")
    with pytest.raises(NotShortByCount):  # counted once is not yet so
        short_for_count(count.pk)
    with acting(person(someone(Role.PICKER))), pytest.raises(NotPermitted):
        short_for_count(count.pk)
