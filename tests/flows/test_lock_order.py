"""Acts that touch several rows lock them in one order: who waits for one holds no later one yet."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.models import QuerySet

from core import clock
from inventory.models import Bill, PurchaseOrder, StockLevel
from inventory.operations.purchasing.bills import pay_bill
from inventory.operations.purchasing.disputes import add_evidence, close_dispute, open_dispute
from inventory.operations.purchasing.matching import match_bills
from inventory.operations.stock.counts import count_units, start_count, submit_count
from inventory.operations.stock.reserve import reserve_stock
from inventory.operations.stock.transfer import request_transfer, ship_transfer
from orders.models import Order
from orders.operations.fulfillment.ship import cancel_fulfillment
from orders.operations.place import place_order
from orders.operations.short_for_count import short_for_count
from tests.builders.inventory import channel, sku, stock, warehouse
from tests.builders.orders import order_in, placed_order, released_order
from tests.builders.purchasing import arrive, billed, sent

pytestmark = pytest.mark.django_db(transaction=True)
WAITING = """SELECT count(*) FROM pg_locks
    WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"""


@pytest.fixture(autouse=True)
def shelf() -> None:
    """Locks go by SKU, then by warehouse, in the order that they were made in."""
    for code in ("FIRST", "LAST"):
        stock(code, on_hand=20)


def level(code: str, at: str = "LON") -> QuerySet[StockLevel]:
    return StockLevel.objects.filter(sku__code=code, warehouse__code=at)


def locks_in_order(act: Callable[[], object], *, first: QuerySet, last: QuerySet) -> None:
    """While somebody has `first`, the act waits for it, and `last` can still be had at once."""

    def run() -> None:
        try:
            act()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            assert list(first.select_for_update(of=("self",)))
            acting = pool.submit(copy_context().run, run)
            _until_somebody_waits()
            assert list(last.select_for_update(of=("self",), nowait=True))
        acting.result(timeout=20)


def _until_somebody_waits() -> None:
    for _ in range(400):
        with connection.cursor() as cursor:
            cursor.execute(WAITING)
            if cursor.fetchone()[0]:
                return
        time.sleep(0.025)
    raise AssertionError("The act does not wait for the first row.")


def cart(key: str = "cart", **units: int):
    wanted = {sku(code).pk: number for code, number in units.items()}
    return reserve_stock(wanted, key=key, channel_id=channel("web").pk, minutes=15)


def test_transfers_that_cross():
    stock("FIRST", on_hand=20, at="MAN")
    source, there = warehouse("MAN"), warehouse("LON")
    transfer = request_transfer(source.pk, there.pk, units={sku("FIRST").pk: 2})
    locks_in_order(
        lambda: ship_transfer(transfer.pk), first=level("FIRST"), last=level("FIRST", "MAN")
    )


def test_a_cart_that_is_replaced():
    cart(LAST=2)
    locks_in_order(lambda: cart(FIRST=2), first=level("FIRST"), last=level("LAST"))


def test_a_cart_that_has_expired_and_is_in_the_way():
    cart("old", LAST=2)
    with clock.pinned(clock.now() + timedelta(minutes=20)):
        locks_in_order(lambda: cart(FIRST=2, LAST=2), first=level("FIRST"), last=level("LAST"))


def test_an_order_that_uses_a_cart():
    given = replace(order_in(FIRST=2), reservation=cart(LAST=2).public_id)
    shop = channel("web")
    locks_in_order(lambda: place_order(shop.pk, given), first=level("FIRST"), last=level("LAST"))


def test_work_that_is_taken_back():
    work = released_order(LAST=1, FIRST=1)
    locks_in_order(
        lambda: cancel_fulfillment(work.pk, reason="fire"),
        first=level("FIRST"), last=level("LAST"),
    )  # fmt: skip


def test_orders_that_give_way_to_a_count():
    """All orders before the first level: who cancels the second one has it, and wants the level."""
    placed_order(FIRST=20, stocked=False)
    other = placed_order(LAST=20, stocked=False)
    units = {sku("FIRST").pk: 19, sku("LAST").pk: 19}
    count = start_count(warehouse("LON").pk, sku_ids=list(units))
    for key in ("once", "twice"):
        count_units(count.pk, units, key=key)
        if key == "once":
            submit_count(count.pk)
    locks_in_order(
        lambda: short_for_count(count.pk),
        first=Order.objects.filter(pk=other.pk), last=level("FIRST"),
    )  # fmt: skip


def bill_in_dispute():
    order = sent(FIRST=10)
    arrive(order, FIRST=10)
    bill = billed(order, FIRST=10, price="5")
    dispute = open_dispute(order.pk, {"kind": "price", "about": "Dear"}, bill_id=bill.pk)
    return order, bill, dispute


@pytest.mark.parametrize("act", ["pay", "close", "say", "match"])
def test_a_bill_after_its_order(act):
    order, bill, dispute = bill_in_dispute()
    if act == "pay":
        close_dispute(dispute.pk, outcome="ours", note="So be it")
    acts = {
        "pay": lambda: pay_bill(bill.pk, paid_on=clock.today()),
        "close": lambda: close_dispute(dispute.pk, outcome="ours", note="So be it"),
        "say": lambda: add_evidence(dispute.pk, text="Look"),
        "match": lambda: match_bills(order.pk),
    }
    locks_in_order(
        acts[act],
        first=PurchaseOrder.objects.filter(pk=order.pk), last=Bill.objects.filter(pk=bill.pk),
    )  # fmt: skip
