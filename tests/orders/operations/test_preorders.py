"""Orders for what is not there yet: taken up to the cap, filled when it comes, given back."""

from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core import clock
from core.books import check_books
from core.jobs import work_off
from core.models import EventRecord
from core.relay import relay_once
from inventory.errors import OutOfStock
from inventory.models import (
    Allocation,
    PreorderOffer,
    PurchaseOrder,
    StockLevel,
)
from inventory.operations.purchasing.end import cancel_purchase, close_purchase, promise_purchase
from inventory.operations.purchasing.preorder_offers import (
    change_preorder,
    end_preorder,
    open_preorder,
)
from inventory.operations.stock.reserve import reserve_stock
from orders.models import Order, OrderException, OrderLine
from orders.operations.cancel import cancel_order
from orders.operations.cancel_short import cancel_short
from orders.operations.fill import retry_allocation
from orders.operations.place import place_order
from orders.tasks import fill_short, release
from orders.why import why_not_shipped
from tests.builders.inventory import channel, sku, stock, warehouse
from tests.builders.orders import order_in, placed_order
from tests.builders.purchasing import arrive, offered, sent

pytestmark = pytest.mark.django_db


def proved() -> bool:
    wrong = {name: found for name, found in check_books() if found and "kpi" not in name}
    assert not wrong, wrong
    return True


def relayed(*kinds) -> None:
    while relay_once():
        pass
    for kind in kinds:
        while work_off(kind):
            pass


def bought(units: int = 1, *, shop: str = "web", code: str = "MUG", **fields) -> Order:
    """An order for what is not there."""
    sku(code)
    return place_order(channel(shop, **fields).pk, order_in(**{code: units}))


def counted(offer: PreorderOffer) -> tuple[int, int]:
    offer.refresh_from_db()
    return (offer.sold, offer.filled)


def line_of(order: Order) -> tuple[int, int]:
    """Units short, and of those preordered."""
    line = order.lines.get()
    return (line.units_short, line.units_preordered)


def purchase(offer: PreorderOffer) -> PurchaseOrder:
    return PurchaseOrder.objects.get(lines=offer.line_id)


def test_without_stock_an_order_is_preordered_and_says_so():
    offer = offered(cap=5)
    order = bought(2)

    assert (order.why_code, line_of(order), counted(offer)) == ("preorder", (2, 2), (2, 0))
    told = why_not_shipped(order)[0]
    assert told.sentence.startswith(f"2 of MUG wait for preorder, {purchase(offer)}, expected ")
    assert told.facts["expected_on"] == offer.line.promised.isoformat()
    assert not OrderException.objects.exists()
    assert EventRecord.objects.get(name="order.preordered").payload["units"] == 2
    assert clock.day_of(order.ship_by) >= offer.line.promised
    assert proved()


def test_stock_is_sold_first_and_only_the_excess_is_preordered():
    offer = offered(cap=5)
    stock("MUG", on_hand=3)
    assert bought(3).why_code == "ready_to_release"
    stock("MUG", on_hand=4)
    order = bought(3)
    assert (line_of(order), counted(offer)) == ((2, 2), (2, 0))
    assert Allocation.objects.get(holder_id=order.lines.get().pk).units == 1
    assert proved()


def test_beyond_the_cap_it_is_refused_with_what_is_left():
    offer = offered(cap=3)
    bought(2)
    with pytest.raises(OutOfStock) as told:
        bought(2)
    assert told.value.facts["missing"] == {"MUG": 1}
    assert counted(offer) == (2, 0)
    assert Order.objects.count() == 1


def test_after_the_end_it_is_refused():
    offered(cap=3, days=2)
    with clock.pinned(clock.now() + timedelta(days=2)):
        bought(1)
    with clock.pinned(clock.now() + timedelta(days=3)), pytest.raises(OutOfStock):
        bought(1)


def test_ended_early_it_is_refused_and_what_was_sold_is_kept():
    offer = offered(cap=3)
    order = bought(1)
    end_preorder(offer.pk, reason="The vendor wavers")
    with pytest.raises(OutOfStock):
        bought(1)
    arrive(purchase(offer), MUG=20)
    relayed(fill_short)
    assert line_of(order) == (0, 0)
    assert proved()


def test_never_more_than_the_line_still_brings():
    offer = offered(cap=5, units=5)
    close_purchase(purchase(offer).pk, reason="They are out of clay")
    with pytest.raises(OutOfStock):
        bought(1)


def test_a_marketplace_order_is_never_refused_it_is_preordered_as_far_as_goes():
    offer = offered(cap=2)
    order = bought(5, shop="bay", marketplace=True)
    assert (order.why_code, line_of(order), counted(offer)) == ("short", (5, 2), (2, 0))
    assert {why.code for why in why_not_shipped(order)} == {"short", "preorder"}
    assert OrderException.objects.get().facts["units_by_line"] == {str(order.lines.get().pk): 3}
    assert proved()


def test_all_units_of_an_order_come_from_one_warehouse():
    warehouse("BER")
    offered(cap=5)
    channel("both", warehouses=("LON", "BER"))
    stock("CUP", on_hand=4, at="BER")
    with pytest.raises(OutOfStock):
        place_order(channel("both").pk, order_in(MUG=1, CUP=1))
    stock("CUP", on_hand=4)
    order = place_order(channel("both").pk, order_in(MUG=1, CUP=1))
    assert (order.warehouse.code, order.why_code) == ("LON", "preorder")
    assert proved()


def test_two_offers_are_sold_in_the_order_in_which_they_come():
    first = offered(cap=2)
    later = sent(MUG=10)
    promise_purchase(later.pk, sku("MUG").pk, day=first.line.promised + timedelta(days=30))
    second = _open(later, cap=4)
    order = bought(3)
    assert (counted(first), counted(second)) == ((2, 0), (1, 0))
    assert [why.facts["units"] for why in why_not_shipped(order)] == [2, 1]
    cancel_order(order.pk, reason="changed mind")
    assert (counted(first), counted(second)) == ((0, 0), (0, 0))
    assert proved()


def _open(order: PurchaseOrder, *, cap: int) -> PreorderOffer:
    last = clock.today() + timedelta(days=30)
    return open_preorder(order.pk, sku("MUG").pk, cap=cap, ends_on=last)


def test_its_receipt_fills_preorders_before_older_orders_that_wait_the_oldest_first():
    old = bought(2, shop="bay", marketplace=True)  # waits longer, but not for this line
    offer = offered(cap=5)
    orders = [bought(2), bought(2)]

    arrive(purchase(offer), MUG=3)

    level = StockLevel.objects.get(sku__code="MUG")
    assert (level.on_hand, level.allocated) == (3, 3)  # nobody else is sold them meanwhile
    assert proved()
    relayed(fill_short)
    assert [line_of(order) for order in (old, *orders)] == [(2, 0), (0, 0), (1, 1)]
    assert counted(offer) == (4, 3)
    arrive(purchase(offer), MUG=17)
    relayed(fill_short, release)
    assert [line_of(order) for order in (old, *orders)] == [(0, 0)] * 3
    assert Order.objects.get(pk=orders[1].pk).fulfillments.count() == 1
    assert proved()


def test_backorders_are_filled_oldest_first_by_one_receipt():
    orders = [bought(2, shop="bay", marketplace=True) for _ in range(3)]
    newest = orders[0]
    Order.objects.filter(pk=newest.pk).update(placed_at=clock.now() + timedelta(minutes=5))
    arrive(sent(MUG=3), MUG=3)
    relayed(fill_short)
    assert [line_of(order)[0] for order in orders] == [2, 0, 1]
    assert proved()


def test_damaged_units_fill_nobody():
    offer = offered(cap=5, units=5)
    order = bought(5)
    arrive(purchase(offer), MUG=5, damaged=2)
    relayed(fill_short)
    offer = PreorderOffer.objects.get()
    assert (line_of(order), counted(offer), offer.uncovered) == ((2, 2), (5, 3), 2)
    assert list(PreorderOffer.objects.at_risk()) == [offer]
    assert "which does not bring them any more" in why_not_shipped(order)[0].sentence
    assert proved()


def test_when_too_few_come_the_youngest_are_told_that_theirs_do_not():
    offer = offered(cap=6, units=8)
    orders = [bought(3), bought(3)]
    arrive(purchase(offer), MUG=4, damaged=4)  # 4 to come, 6 wait
    told = [why_not_shipped(order)[0] for order in orders]
    assert "expected" in told[0].sentence
    assert "which does not bring 2 of them any more" in told[1].sentence
    arrive(purchase(offer), MUG=4)
    relayed(fill_short)
    assert [line_of(order) for order in orders] == [(0, 0), (2, 2)]
    assert "which does not bring them any more" in why_not_shipped(orders[1])[0].sentence
    assert proved()


def test_what_comes_otherwise_goes_to_who_waits_longest_preorders_too():
    offer = offered(cap=5)
    order = bought(2)
    stock("MUG", on_hand=1)
    relayed(fill_short)
    assert (line_of(order), counted(offer)) == ((1, 1), (2, 1))
    assert [why.facts["units"] for why in why_not_shipped(order)] == [1]
    assert proved()


def test_a_cancelled_order_gives_its_preorder_back_to_the_cap():
    offer = offered(cap=2)
    order = bought(2)
    cancel_order(order.pk, reason="changed mind")
    assert (counted(offer), line_of(order)) == ((0, 0), (0, 0))
    bought(2)
    assert proved()


def test_units_that_are_given_up_go_back_to_the_cap():
    offer = offered(cap=3)
    stock("CUP", on_hand=1)
    order = place_order(channel("web").pk, order_in(MUG=2, CUP=1))
    cancel_short(order.pk, reason="too late")
    assert counted(offer) == (0, 0)
    line = order.lines.get(sku__code="MUG")
    assert (line.units_cancelled, line.units_short, line.units_preordered) == (2, 0, 0)
    assert proved()


def test_what_came_in_for_an_order_that_is_cancelled_before_it_hears_of_it_is_free():
    offer = offered(cap=2)
    order = bought(2)
    arrive(purchase(offer), MUG=2)
    cancel_order(order.pk, reason="changed mind")
    level = StockLevel.objects.get(sku__code="MUG")
    assert (level.allocated, counted(offer), line_of(order)) == (0, (2, 2), (0, 0))
    assert proved()


def test_units_that_are_there_are_not_given_up_as_short():
    offer = offered(cap=3)
    order = bought(3)
    arrive(purchase(offer), MUG=2)
    cancel_short(order.pk, reason="too late")
    assert (counted(offer), line_of(order)) == ((2, 2), (0, 0))
    assert Allocation.objects.get(holder_kind="order_line").units == 2
    assert proved()


def test_a_late_vendor_shows_in_the_reason_and_the_promise_stays():
    offer = offered(cap=3)
    order = bought(1)
    was = order.ship_by
    later = offer.line.promised + timedelta(days=9)
    promise_purchase(purchase(offer).pk, sku("MUG").pk, day=later, reason="kiln")
    assert "9 days later than promised" in why_not_shipped(order)[0].sentence
    assert Order.objects.get(pk=order.pk).ship_by == was
    assert list(PreorderOffer.objects.at_risk()) == [offer]


def test_a_cancelled_order_to_the_vendor_says_what_to_do_and_another_takes_its_place():
    offer = offered(cap=3)
    order = bought(1)
    cancel_purchase(purchase(offer).pk, reason="Bankrupt")
    told = why_not_shipped(order)[0]
    assert "which does not bring them any more" in told.sentence
    assert told.act.startswith("Give the preorder offer another order")
    assert list(PreorderOffer.objects.at_risk()) == [offer]
    other = sent(MUG=4)
    change_preorder(offer.pk, purchase_order_id=other.pk)
    assert f"{other}, expected" in why_not_shipped(order)[0].sentence
    arrive(other, MUG=4)
    relayed(fill_short)
    assert line_of(order) == (0, 0)
    assert proved()


def test_an_order_that_was_placed_while_its_goods_came_in_finds_them_at_release():
    offer = offered(cap=3)
    order = bought(1)
    arrive(purchase(offer), MUG=20)
    release.do(str(order.pk))
    assert line_of(order) == (0, 0)
    assert retry_allocation(order.pk) == 0
    assert proved()


def test_a_cart_holds_only_what_is_there():
    offered(cap=3)
    with pytest.raises(OutOfStock) as told:
        reserve_stock({sku("MUG").pk: 2}, key="c", channel_id=channel("web").pk, minutes=5)
    assert told.value.facts["missing"] == {"MUG": 2}


def asked(shop: str, units: int, **fields) -> list[str]:
    """The statements about preorders while an order is placed that stock may not cover."""
    given, place = order_in(MUG=units), channel(shop, **fields).pk
    with CaptureQueriesContext(connection) as seen, suppress(OutOfStock):
        place_order(place, given)
    return [query["sql"] for query in seen if "inventory_preorder" in query["sql"]]


def test_without_offers_only_an_order_that_lacks_stock_asks_and_once():
    stock("MUG", on_hand=2)
    assert asked("web", 2) == []
    assert len(asked("web", 2)) == 1
    assert len(asked("bay", 2, marketplace=True)) == 1


def test_an_imported_past_preorders_nothing():
    offer = offered(cap=3)
    order = place_order(channel("web").pk, order_in(MUG=1), historical=True)
    assert (line_of(order), counted(offer)) == ((0, 0), (0, 0))


def test_books_find_what_does_not_add_up():
    offered(cap=5)
    bought(2)
    PreorderOffer.objects.update(sold=3)
    OrderLine.objects.update(units_preordered=1)
    wrong = {name: found[0].sentence for name, found in check_books() if found}
    assert wrong == {
        "inventory: preorder offers are the sum of their preorders": (
            "3 sold, 0 filled; its preorders say 2 and 0, 0 lie there for them"
        ),
        "orders: preordered units wait for what is to come": "1 preordered; 2 wait or have come",
    }


def test_reached_by_placed_orders_of_the_builders():
    offered(cap=3)
    assert placed_order(stocked=False, MUG=1).why_code == "preorder"
