"""Preorders lock as everything does: orders and papers, then levels in order, then offers."""

import pytest

from inventory.models import PreorderOffer, PurchaseOrder
from inventory.operations.purchasing.preorder_offers import change_preorder
from orders.models import Order
from orders.operations.cancel import cancel_order
from orders.operations.cancel_short import cancel_short
from orders.operations.fill import retry_allocation
from orders.operations.place import place_order
from tests.builders.inventory import channel, sku, stock
from tests.builders.orders import order_in
from tests.builders.purchasing import arrive, offered
from tests.flows.test_lock_order import level, locks_in_order

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def shelf() -> None:
    """Locks go by SKU, in the order that they were made in."""
    for code in ("FIRST", "LAST"):
        sku(code)


def offers():
    return PreorderOffer.objects.all()


def bought(**units: int) -> Order:
    return place_order(channel("web").pk, order_in(**units))


def arrived() -> Order:
    """An order that has FIRST from stock, and for which LAST has come and is not claimed."""
    stock("FIRST", on_hand=2)
    offer = offered("LAST", cap=5)
    order = bought(FIRST=2, LAST=2)
    arrive(offer.line.order, LAST=2)
    return order


def test_whoever_preorders_has_the_level_before_the_offer():
    offered("FIRST")
    locks_in_order(lambda: bought(FIRST=1), first=level("FIRST"), last=offers())


def test_what_a_marketplace_has_sold_too():
    offered("FIRST", cap=1)
    shop = channel("bay", marketplace=True).pk
    locks_in_order(
        lambda: place_order(shop, order_in(FIRST=3)), first=level("FIRST"), last=offers()
    )


def test_a_receipt_has_the_paper_then_the_level_then_the_offer():
    order = offered("FIRST").line.order
    bought(FIRST=1)
    paper = PurchaseOrder.objects.filter(pk=order.pk)
    locks_in_order(lambda: arrive(order, FIRST=1), first=paper, last=level("FIRST"))
    locks_in_order(lambda: arrive(order, FIRST=1), first=level("FIRST"), last=offers())


def test_a_change_has_the_paper_before_the_offer():
    offer = offered("FIRST")
    paper = PurchaseOrder.objects.filter(pk=offer.line.order_id)
    locks_in_order(lambda: change_preorder(offer.pk, cap=4), first=paper, last=offers())


def test_a_cancelled_order_gives_back_what_it_has_and_what_has_come_for_it_as_one():
    order = arrived()
    locks_in_order(
        lambda: cancel_order(order.pk, reason="x"), first=level("FIRST"), last=level("LAST")
    )


def test_a_cancelled_order_has_the_level_before_the_offer():
    offered("FIRST")
    order = bought(FIRST=1)
    locks_in_order(lambda: cancel_order(order.pk, reason="x"), first=level("FIRST"), last=offers())


def test_units_that_are_given_up_have_the_level_before_the_offer():
    offered("LAST", cap=5)
    stock("FIRST", on_hand=1)
    order = bought(FIRST=1, LAST=1)
    locks_in_order(lambda: cancel_short(order.pk, reason="x"), first=level("LAST"), last=offers())


def test_whoever_claims_has_all_levels_of_the_order_in_their_order():
    """Both came in, the later one for its preorder."""
    offered("FIRST", cap=5)
    offer = PreorderOffer.objects.get()
    late = offered("LAST", cap=5)
    order = bought(FIRST=2, LAST=2)
    arrive(late.line.order, LAST=2)
    stock("FIRST", on_hand=1)
    locks_in_order(lambda: retry_allocation(order.pk), first=level("FIRST"), last=level("LAST"))
    offer.refresh_from_db()
    assert offer.filled == 1
