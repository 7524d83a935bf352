"""Cells that are longer, larger or stranger than anything an order can hold."""

import pytest

from core.models import BatchRow
from core.money import Money
from orders.models import Customer, Order
from orders.operations.imports import staging

pytestmark = pytest.mark.django_db


def row(ref: str = "100", **cells: str) -> str:
    named = {"sku": "MUG", "title": "Mug", "units": "1", "at": "2010-12-01 08:26", "price": "1.00",
             "customer": "17850", "country": "United Kingdom"} | cells  # fmt: skip
    return ",".join([ref, *named.values()])


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"units": "1_0"}, "units '1_0' is not a whole number"),
        ({"units": "٣"}, "units '٣' is not a whole number"),
        ({"price": "1_0"}, "price '1_0' is not a number"),
        ({"price": "NaN"}, "price 'NaN' is not a number"),
        ({"price": "1e99"}, "price '1e99' is out of range"),
        ({"units": "1000000", "price": "1000001"}, "units times price is out of range"),
        ({"at": "2099-01-01 00:00"}, "date '2099-01-01 00:00' is still to come"),
        ({"sku": "M" * 101}, "sku is longer than 100 characters"),
        ({"customer": "c" * 65}, "customer_ref is longer than 64 characters"),
    ],
)
def test_what_no_order_can_hold_is_set_aside_with_its_reason(take_in, invoices, cells, reason):
    batch = take_in(invoices(row(**cells), row("200")))

    assert BatchRow.objects.get(batch=batch).message == reason
    assert [order.channel_ref for order in Order.objects.all()] == ["200"]
    assert batch.report["balanced"]


def test_an_order_of_too_many_rows_together_is_set_aside_whole(take_in, invoices, monkeypatch):
    monkeypatch.setattr(staging, "MOST_ORDER_UNITS", 5)

    batch = take_in(invoices(row(units="3"), row(units="3"), row("200")))

    assert set(BatchRow.objects.filter(batch=batch).values_list("message", flat=True)) == {
        "the order is larger than an order can be"
    }
    assert Order.objects.get().channel_ref == "200"


def test_control_characters_are_dropped(take_in, invoices):
    take_in(invoices(row(title="Blue\x01 mug\x9f")))

    assert Order.objects.get().lines.get().title == "Blue mug"


def test_the_longest_customer_number_fits_whatever_the_channel_is_called(take_in, invoices):
    take_in(invoices(row(customer="c" * 64)))

    assert Customer.objects.get().external_ref == f"uk-web:{'c' * 64}"
    assert Order.objects.get().total == Money.of("1.00", "GBP")
