"""From placed to delivered, through the gates; and the sentence at each step."""

from decimal import Decimal

import pytest

from core.books import check_books
from core.errors import BadValue
from core.models import EventRecord
from core.money import Money
from inventory.errors import OutOfStock
from inventory.models import StockLevel
from orders.errors import (
    AlreadyShipped,
    ChannelClosed,
    NotReady,
    SameReferenceOtherOrder,
    TooMuch,
    UnknownSku,
)
from orders.intake import AddressIn, ChargeIn
from orders.models import Order, OrderException, OrderLine
from orders.operations.address import change_address
from orders.operations.cancel import cancel_order
from orders.operations.fill import retry_allocation
from orders.operations.gates import clear_gate
from orders.operations.hold import hold_order, resume_order
from orders.operations.payments import record_payment
from orders.operations.place import place_order
from orders.operations.release import release_order
from orders.states import OrderStatus, PaymentStatus
from orders.why import why_not_shipped
from tests.builders.inventory import channel, stock
from tests.builders.orders import (
    LONDON,
    delivered_order,
    order_in,
    packed_order,
    placed_order,
    released_order,
)
from tests.races import at_once

pytestmark = pytest.mark.django_db


def proved() -> bool:
    upstream = ("inventory", "orders")  # these orders ship without parcels
    wrong = {name: found for name, found in check_books() if found and name.startswith(upstream)}
    assert not wrong
    return True


def level(code: str = "MUG") -> StockLevel:
    return StockLevel.objects.get(sku__code=code)


def test_an_order_adds_up_and_promises_its_stock():
    given = order_in("2.55", MUG=3)
    given.charges.append(ChargeIn(kind="shipping", amount=Money.of("4.99", "GBP")))

    order = placed_order(given=given)

    assert order.subtotal == Money.of("7.65", "GBP")
    assert order.total == Money.of("12.64", "GBP")
    assert order.payment_status == PaymentStatus.UNPAID  # the shipping is not paid yet
    assert (level().on_hand, level().allocated) == (3, 3)
    assert order.warehouse.code == "LON"
    assert EventRecord.objects.filter(name="order.placed").count() == 1
    assert proved()


def test_two_lines_of_one_sku_are_promised_as_their_sum():
    given = order_in(MUG=2)
    given.lines.append(given.lines[0])
    stock("MUG", on_hand=3)

    with pytest.raises(OutOfStock, match="1 of MUG missing"):
        place_order(channel("web").pk, given)

    assert level().allocated == 0
    assert not Order.objects.exists()


def test_the_same_reference_is_taken_in_once():
    given = order_in(MUG=1)
    first = placed_order(given=given)

    again = place_order(first.channel_id, given)

    assert again == first
    assert level().allocated == 1


def test_the_same_reference_with_other_contents_is_refused():
    given = order_in(MUG=1)
    first = placed_order(given=given)
    given.lines.append(given.lines[0])

    with pytest.raises(SameReferenceOtherOrder):
        place_order(first.channel_id, given)


def test_a_customer_is_known_again_by_mail():
    first = placed_order(given=order_in(MUG=1))
    given = order_in(MUG=1)
    object.__setattr__(given.customer, "email", first.customer.email.upper())

    assert placed_order(given=given).customer == first.customer


def test_a_closed_channel_takes_no_order():
    shop = channel("shut", active=False)

    with pytest.raises(ChannelClosed):
        place_order(shop.pk, order_in(MUG=1))


def test_an_unknown_sku_is_named():
    with pytest.raises(UnknownSku, match=r"lines\.0\.sku: there is no SKU NOPE"):
        place_order(channel("web").pk, order_in(NOPE=1))


def test_what_a_marketplace_has_accepted_is_never_refused():
    shop = channel("bay", marketplace=True)
    stock("MUG", on_hand=2)

    order = place_order(shop.pk, order_in(MUG=5))

    assert OrderLine.objects.get(order=order).units_short == 3
    assert level().allocated == 2
    assert OrderException.objects.get(order=order).kind == "oversold"
    assert order.why_code == "short"
    assert proved()


def test_stock_that_comes_in_fills_what_was_short():
    shop = channel("bay", marketplace=True)
    stock("MUG", on_hand=2)
    order = place_order(shop.pk, order_in(MUG=5))
    stock("MUG", on_hand=5)

    assert retry_allocation(order.pk) == 3

    order.refresh_from_db()
    assert order.why_code == "ready_to_release"
    assert OrderException.objects.get(order=order).resolved_at is not None
    assert proved()


def test_no_gate_no_release():
    shop = channel("gated", clearances=["payment", "address", "risk"])
    order = placed_order(shop, MUG=1)
    assert order.why_code == "risk_pending"

    with pytest.raises(NotReady) as refusal:
        release_order(order.pk)
    assert refusal.value.facts["reasons"] == ["risk_pending"]

    clear_gate(order.pk, gate="risk", sentence="Score 5.")
    assert len(release_order(order.pk)) == 1


def test_an_unpaid_order_waits_for_its_payment():
    shop = channel("gated", clearances=["payment"])
    order = placed_order(shop, given=order_in(paid=False, MUG=1))
    assert order.why_code == "payment_pending"

    record_payment(
        order.pk, kind="authorized", amount=Money.of("10.00", "GBP"), reference="A1", gateway="card"
    )

    order.refresh_from_db()
    assert order.payment_status == PaymentStatus.AUTHORIZED
    assert order.why_code == "ready_to_release"


def test_a_bad_address_waits_until_it_is_corrected():
    shop = channel("gated", clearances=["address"])
    given = order_in(MUG=1)
    object.__setattr__(given, "ship_to", AddressIn(name="Ada", country="GB"))
    order = placed_order(shop, given=given)
    assert order.why_code == "address_pending"
    assert "street is missing" in why_not_shipped(order)[0].sentence

    order = change_address(order.pk, address=LONDON)

    assert order.why_code == "ready_to_release"
    assert not OrderException.objects.filter(resolved_at=None).exists()


def test_a_hold_keeps_the_order_back():
    order = placed_order(MUG=1)
    hold = hold_order(order.pk, reason="Customer rang")

    with pytest.raises(NotReady, match="Customer rang"):
        release_order(order.pk)

    resume_order(order.pk, hold_id=hold.pk)
    assert release_order(order.pk)


def test_the_reason_follows_the_work():
    row = released_order(MUG=1)
    order = Order.objects.get(pk=row.order_id)
    assert order.why_code == "to_pick"
    assert why_not_shipped(order)[0].act == "Pick it."

    done = delivered_order(MUG=1)
    assert done.status == OrderStatus.CLOSED
    assert done.why_code == ""
    assert done.delivered_at is not None


def test_shipping_takes_the_stock_out():
    order = delivered_order(MUG=2)

    assert (level().on_hand, level().allocated) == (0, 0)
    assert OrderLine.objects.get(order=order).units_shipped == 2
    assert proved()


def test_cancelling_gives_the_stock_back_and_stops_the_work():
    row = released_order(MUG=2)

    cancel_order(row.order_id, reason="changed their mind")

    row.refresh_from_db()
    assert row.status == "cancelled"
    assert (level().on_hand, level().allocated) == (2, 0)
    assert proved()


def test_a_shipped_order_is_not_cancelled():
    order = delivered_order(MUG=1)

    with pytest.raises(AlreadyShipped):
        cancel_order(order.pk, reason="too late")


def test_no_more_is_given_back_than_was_taken():
    order = delivered_order(MUG=1)

    record_payment(
        order.pk, kind="refunded", amount=Money.of("4.00", "GBP"), reference="R1", gateway="card"
    )
    with pytest.raises(TooMuch):
        record_payment(
            order.pk, kind="refunded", amount=Money.of("6.01", "GBP"), reference="R2",
            gateway="card",
        )  # fmt: skip

    order.refresh_from_db()
    assert order.payment_status == PaymentStatus.PART_REFUNDED


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"units": 0}, "lines.0.units"),
        ({"units": -1}, "lines.0.units"),
        ({"units": 10**9}, "lines.0.units"),
        ({"unit_price": Decimal("NaN")}, "lines.0.unit_price"),
        ({"unit_price": Decimal(-1)}, "lines.0.unit_price"),
        ({"sku": ""}, "lines.0.sku"),
        ({"discount": Money.of("11", "GBP")}, "lines.0.discount"),
        ({"total": Money.of("1", "EUR")}, "lines.0.total"),
    ],
)
def test_a_bad_line_is_named(change, field):
    stock("MUG", on_hand=1)
    given = order_in(MUG=1)
    for name, value in change.items():
        object.__setattr__(given.lines[0], name, value)

    with pytest.raises(BadValue) as refusal:
        place_order(channel("web").pk, given)
    assert refusal.value.facts["field"] == field


@pytest.mark.django_db(transaction=True)
def test_of_eight_people_who_cancel_at_once_one_does():
    order = placed_order(MUG=3)

    refused = at_once(8, lambda: cancel_order(order.pk, reason="race"))

    assert len(refused) == 7
    assert EventRecord.objects.filter(name="order.cancelled").count() == 1
    assert level().allocated == 0


@pytest.mark.django_db(transaction=True)
def test_of_eight_refunds_at_once_only_what_was_paid_is_given_back():
    order = delivered_order(MUG=1)
    numbers = iter(range(8))

    refused = at_once(
        8,
        lambda: record_payment(
            order.pk, kind="refunded", amount=Money.of("3.00", "GBP"),
            reference=f"R{next(numbers)}", gateway="card",
        ),
    )  # fmt: skip

    assert len(refused) == 5
    assert proved()


@pytest.mark.django_db(transaction=True)
def test_the_same_order_sent_eight_times_at_once_is_one_order():
    given = order_in(MUG=1)
    stock("MUG", on_hand=8)
    shop = channel("web")

    at_once(8, lambda: place_order(shop.pk, given))

    assert Order.objects.count() == 1
    assert level().allocated == 1


@pytest.mark.django_db(transaction=True)
def test_of_twelve_orders_for_five_units_five_are_taken():
    stock("MUG", on_hand=5)
    shop = channel("web")
    orders = iter([order_in(MUG=1) for _ in range(12)])

    refused = at_once(12, lambda: place_order(shop.pk, next(orders)))

    assert len(refused) == 7
    assert level().allocated == 5
    assert proved()


def test_packing_before_picking_is_refused():
    row = packed_order(MUG=1)
    assert row.status == "packed"
