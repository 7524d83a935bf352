"""Preorders when several people act at once: nothing is sold twice, and the books stay right."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context

import pytest
from django.db import connection, transaction

from core.errors import Refused
from inventory.errors import OutOfStock
from inventory.models import Preorder, StockLevel
from inventory.operations.purchasing.preorder_offers import change_preorder, end_preorder
from orders.operations.cancel import cancel_order
from orders.operations.fill import retry_allocation
from orders.operations.place import place_order
from orders.tasks import fill_short
from tests.builders.inventory import channel
from tests.builders.orders import order_in
from tests.builders.purchasing import arrive, offered, sent
from tests.flows.test_lock_order import _until_somebody_waits as until_somebody_waits
from tests.orders.operations.test_preorders import (
    bought,
    counted,
    line_of,
    proved,
    purchase,
    relayed,
)
from tests.races import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_six_buyers_of_the_last_preorder_one_gets_it():
    offer = offered(cap=3)
    bought(2)
    shop = channel("web").pk
    refused = at_once(6, lambda: place_order(shop, order_in(MUG=1)))
    assert [type(told) for told in refused] == [OutOfStock] * 5
    assert (counted(offer), Preorder.objects.count()) == ((3, 0), 2)
    assert proved()


def meanwhile(first: Callable[[], object], then: Callable[[], object]) -> Refused | None:
    """How `then` is refused, if at all: it starts, and waits, while `first` is not committed."""

    def run() -> Refused | None:
        try:
            then()
        except Refused as refusal:
            return refusal
        finally:
            connection.close()
        return None

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            first()
            waiting = pool.submit(copy_context().run, run)
            until_somebody_waits()
        return waiting.result(timeout=20)


def test_whoever_buys_while_the_cap_is_lowered_reads_the_new_one():
    offer = offered(cap=3)
    bought(1)
    shop = channel("web").pk
    told = meanwhile(
        lambda: change_preorder(offer.pk, cap=1), lambda: place_order(shop, order_in(MUG=1))
    )
    assert isinstance(told, OutOfStock)
    assert counted(offer) == (1, 0)


def test_a_receipt_fills_only_preorders_that_still_wait_for_it():
    offer = offered(cap=3)
    order, other = bought(2), sent(MUG=9)
    first = purchase(offer)
    told = meanwhile(
        lambda: change_preorder(offer.pk, purchase_order_id=other.pk),
        lambda: arrive(first, MUG=3),
    )
    assert (told, counted(offer), line_of(order)) == (None, (2, 0), (2, 2))
    relayed(fill_short)  # as stock it goes to whoever waits
    assert (counted(offer), line_of(order)) == ((2, 2), (0, 0))
    assert proved()


def test_whoever_lowers_the_cap_while_somebody_buys_reads_what_is_sold():
    offer = offered(cap=3)
    channel("web")
    told = meanwhile(lambda: bought(2), lambda: change_preorder(offer.pk, cap=1))
    assert told.facts["fix"] == "2 are sold; give at least as many."
    assert meanwhile(lambda: bought(1), lambda: end_preorder(offer.pk, reason="Enough")) is None
    assert counted(offer) == (3, 0)


def test_whoever_cancels_while_the_goods_come_in_leaves_the_books_right():
    offer = offered(cap=4, units=4)
    orders = [bought(1) for _ in range(4)]
    acts = [lambda: arrive(purchase(offer), MUG=2), lambda: arrive(purchase(offer), MUG=2)]
    acts += [lambda pk=order.pk: cancel_order(pk, reason="race") for order in orders[:2]]
    acts += [lambda pk=order.pk: retry_allocation(pk) for order in orders]
    assert at_once(len(acts), lambda: acts.pop()()) == []
    relayed(fill_short)
    assert [line_of(order) for order in orders] == [(0, 0)] * 4
    assert StockLevel.objects.get(sku__code="MUG").allocated == 2
    assert proved()
