"""A file taken in as new orders: they go the way of every other order."""

import pytest

from core.models import BatchRow, EventRecord
from core.money import Money
from inventory.models import StockLevel
from orders.models import Order
from orders.operations.imports.run import open_import, run_import


@pytest.fixture
def take_live(channel):
    def run(path, **options):
        batch = open_import(
            channel.pk, profile="online_retail", path=str(path), live=True, **options
        )
        return run_import(batch.pk)

    return run


def test_live_orders_are_open_promised_and_told_of(take_live, invoices):
    report = take_live(invoices()).report

    assert report["balanced"]
    assert report["orders"] == 3
    order = Order.objects.get(channel_ref="100")
    assert (order.status, order.historical) == ("open", False)
    assert order.total == Money.of("38.40", "GBP")
    assert StockLevel.objects.get(sku__code="MUG").allocated == 8
    assert EventRecord.objects.filter(name="order.placed", live=True).count() == 3


def test_what_the_shop_refuses_is_set_aside_with_the_reason(take_live, invoices):
    path = invoices("1,MUG,Mug,2000000,2010-12-01 08:26,1.00,1,France")

    batch = take_live(path)

    assert not Order.objects.exists()
    refused = BatchRow.objects.get(batch=batch)
    assert (refused.code, refused.key) == ("refused", "1")
    assert "units" in refused.message


def test_a_second_live_import_changes_nothing(take_live, invoices):
    path = invoices()
    take_live(path)

    report = take_live(path).report

    assert report["orders"] == 0
    assert report["balanced"]


def test_only_the_first_orders_with_a_limit(take_live, invoices):
    take_live(invoices(), limit=1)

    assert [order.channel_ref for order in Order.objects.all()] == ["100"]
