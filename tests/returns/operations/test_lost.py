"""A parcel that never arrives: what is given back for it, and who has to agree."""

from datetime import timedelta

import pytest

from core import clock
from core.actor import acting, person
from core.approvals import decide_approval
from core.books import check_books
from core.errors import NotPermitted
from core.models import Approval
from core.money import Money
from core.roles import Role
from opsmgr.demo.background import settle
from orders.models import CancelledUnits, Order, PaymentEvent
from returns.amounts import left_to_refund, owed_for_lost
from returns.errors import CaptureUnderWay
from returns.models import Capture, Refund, RefundLimit
from returns.operations.refund import refund_lost, refund_order
from shipping.errors import NotLost, WrittenOffAlready
from shipping.models import Parcel
from shipping.operations.pack import pack_parcel
from shipping.operations.track import record_tracking
from shipping.operations.write_off import units_in, write_off_parcel
from tests.builders.people import someone
from tests.builders.shipping import given, handed_over, picked, with_label

pytestmark = pytest.mark.django_db


def gbp(amount):
    return Money.of(amount, "GBP")


def lose(parcel):
    record_tracking(
        parcel.tracking_number, carrier=parcel.carrier.code, code="lost", happened_at=clock.now()
    )
    parcel.refresh_from_db()
    return parcel


def books_hold():
    return [str(wrong) for _, found in check_books() for wrong in found] == []


def limit(amount):
    RefundLimit.objects.update_or_create(pk=1, defaults={"amount": gbp(amount), "currency": "GBP"})


def test_all_that_was_paid_goes_back_and_the_order_ends():
    parcel = lose(handed_over(MUG=3))
    order = Order.objects.get()

    outcome = refund_lost(parcel.pk)

    refund = Refund.objects.get()
    assert outcome.refunds == [refund]
    assert (refund.kind, refund.amount, refund.reason) == (
        "lost", order.total, f"Parcel {parcel.number} was lost",
    )  # fmt: skip
    assert left_to_refund(order) == gbp("0")
    given_up = CancelledUnits.objects.get(order=order)
    assert (given_up.units, given_up.amount) == (3, gbp("30.00")), "net sales lose it"
    order.refresh_from_db()
    assert (order.status, order.fulfillment_status) == ("closed", "lost")
    assert books_hold()


def test_of_two_parcels_each_gives_back_its_share():
    fulfillment = picked(MUG=3)
    line = fulfillment.lines.get().pk
    first = with_label(pack_parcel(fulfillment.pk, carton_code="M1", units={line: 1}))
    second = with_label(pack_parcel(fulfillment.pk, carton_code="M1", units={line: 2}))
    given(first, second)
    order = Order.objects.get()

    one = refund_lost(lose(first).pk).refunds[0]
    two = refund_lost(lose(second).pk).refunds[0]

    assert one.amount + two.amount == order.total
    assert one.amount == gbp("10.00")
    assert books_hold()


def test_shipping_goes_back_with_the_last_of_it():
    parcel = lose(handed_over(MUG=2))
    order = Order.objects.get()
    Order.objects.update(shipping=495, total=order.total + gbp("4.95"))
    PaymentEvent.objects.create(
        order=order, kind="captured", amount=gbp("4.95"), gateway="card", reference="more",
        happened_at=clock.now(),
    )  # fmt: skip
    order.refresh_from_db()

    goods, shipping = owed_for_lost(order, units_in(parcel))
    assert (goods, shipping) == (gbp("20.00"), gbp("4.95"))
    line_id, units = next(iter(units_in(parcel).items()))
    assert owed_for_lost(order, {line_id: units - 1})[1] == gbp("0")


def test_no_more_than_is_left_of_what_was_paid():
    parcel = lose(handed_over(MUG=2))
    order = Order.objects.get()
    refund_order(order.pk, amount=gbp("15.00"), reason="so late")

    refund = refund_lost(parcel.pk).refunds[0]

    assert refund.amount == gbp("5.00")
    assert books_hold()


def test_above_the_limit_a_second_person_decides_and_the_parcel_waits():
    parcel = lose(handed_over(MUG=3))
    limit("20.00")

    with acting(person(someone(Role.AGENT))):
        outcome = refund_lost(parcel.pk)
    assert outcome.approval is not None
    assert not Refund.objects.exists()
    assert Parcel.objects.get().written_off_at is None

    with acting(person(someone(Role.FINANCE))):
        decide_approval(Approval.objects.get().pk, approve=True)

    assert Refund.objects.get().amount == gbp("30.00")
    assert Parcel.objects.get().written_off_at is not None
    assert Order.objects.get().status == "closed"


def test_what_was_asked_about_a_parcel_that_is_found_is_taken_back():
    parcel = lose(handed_over(MUG=3))
    limit("20.00")
    with acting(person(someone(Role.AGENT))):
        asked = refund_lost(parcel.pk).approval
    record_tracking(
        parcel.tracking_number, carrier=parcel.carrier.code, code="delivered",
        happened_at=clock.now() + timedelta(hours=1),
    )  # fmt: skip
    settle(figures=False)

    asked.refresh_from_db()
    assert asked.state == "withdrawn"
    assert asked.note.startswith("The parcel is not lost any more")


def test_it_is_refunded_once_and_only_when_lost():
    parcel = handed_over(MUG=1)
    with pytest.raises(NotLost):
        refund_lost(parcel.pk)
    lose(parcel)
    write_off_parcel(parcel.pk, again=True)

    with pytest.raises(WrittenOffAlready):
        refund_lost(parcel.pk)

    assert not Refund.objects.exists()


def test_while_money_is_being_taken_none_goes_back():
    parcel = lose(handed_over(MUG=1))
    order = Order.objects.get()
    Capture.objects.create(
        number="CP-1", order=order, channel_id=order.channel_id, currency="GBP",
        amount=gbp("1.00"), gateway="card", reference="r", requested_by="t",
        requested_at=clock.now() - timedelta(minutes=1),
    )  # fmt: skip

    with pytest.raises(CaptureUnderWay):
        refund_lost(parcel.pk)

    assert Parcel.objects.get().written_off_at is None


def test_a_picker_may_not():
    parcel = lose(handed_over(MUG=1))

    with acting(person(someone(Role.PICKER))), pytest.raises(NotPermitted):
        refund_lost(parcel.pk)
