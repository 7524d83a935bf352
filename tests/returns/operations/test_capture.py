"""Authorized money is taken when goods leave, once; nobody is charged for what came back."""

import pytest

from core.money import Money
from opsmgr.demo.background import settle
from orders.intake import PaymentIn
from orders.models import Order, OrderException, PaymentEvent
from orders.operations.fulfillment.ship import ship_fulfillment
from orders.operations.payments import record_payment
from returns.due import due_of
from returns.errors import CaptureMoveNotAllowed, NothingToCapture
from returns.gateways.local import LocalGateway
from returns.models import Capture, PaymentGateway
from returns.operations.capture import capture_order, capture_shipped
from returns.operations.captured import (
    confirm_capture,
    doubt_capture,
    record_capture,
    retry_capture,
    withdraw_capture,
)
from returns.tasks import send_capture
from tests.builders.orders import order_in, packed_order
from tests.builders.returns import inspected, pay, shipped_order
from tests.races import at_once
from tests.returns.gateways.server import gateway_server

pytestmark = pytest.mark.django_db


def gbp(amount: str) -> Money:
    return Money.of(amount, "GBP")


def authorized(gateway: str = "local", **units: int):
    """A packed order of MUG at 10.00 whose money is authorized only."""
    given = order_in(paid=False, **(units or {"MUG": 2}))
    total = gbp("10.00") * sum(line.units for line in given.lines)
    paid = PaymentIn(kind="authorized", amount=total, gateway=gateway, reference="auth-1")
    return packed_order(given=type(given)(**{**vars(given), "payment": paid}))


def gone(amount: str = "10.00", gateway: str = "local") -> Order:
    """An order of the past that left authorized and was never captured."""
    order = shipped_order(("MUG", 2, "10.00"), captured="0")
    pay(order, gbp(amount), kind="authorized", gateway=gateway)
    Order.objects.filter(pk=order.pk).update(payment_status="authorized")
    return Order.objects.get(pk=order.pk)


def test_the_hand_over_captures_what_was_authorized():
    row = authorized()
    settle(figures=False)
    assert not Capture.objects.exists(), "nothing has left yet"
    ship_fulfillment(row.pk)
    settle(figures=False)
    order, capture = Order.objects.get(pk=row.order_id), Capture.objects.get()
    assert (capture.state, capture.amount) == ("done", gbp("20.00"))
    assert capture.authorized_ref == "auth-1"
    assert order.payment_status == "paid"
    assert not Order.objects.shipped_uncaptured().exists()
    capture_shipped(order.pk)
    settle(figures=False)
    assert PaymentEvent.objects.filter(order=order, kind="captured").count() == 1


def test_what_left_is_due_and_the_rest_is_not():
    order = gone()
    order.lines.update(units_shipped=1)
    assert due_of(order) == gbp("5.00")
    (capture,) = capture_order(order.pk)
    record_capture(capture.pk, gateway_ref="gw-1")
    with pytest.raises(NothingToCapture):
        capture_order(order.pk)
    order.lines.update(units_shipped=2)
    (rest,) = capture_order(order.pk)
    assert rest.amount == gbp("5.00")
    assert record_capture(rest.pk, gateway_ref="gw-1").gateway_ref == f"gw-1 {rest.number}"
    assert Order.objects.get(pk=order.pk).payment_status == "paid"


def test_no_more_is_captured_than_was_authorized():
    (capture,) = capture_order(gone("7.00").pk)
    assert capture.amount == gbp("7.00")


@pytest.mark.django_db(transaction=True)
def test_two_at_once_capture_once():
    order = gone()
    refusals = at_once(4, lambda: capture_order(order.pk))
    assert len(refusals) == 3
    assert Capture.objects.get().amount == gbp("10.00")


def test_without_an_answer_it_is_looked_up_and_never_asked_for_twice():
    with gateway_server() as gateway:
        PaymentGateway.objects.create(code="card", adapter="http_json", url=gateway.url)
        order = gone(gateway="card")
        (capture,) = capture_order(order.pk)
        gateway.faults.append(lambda answer: None)
        with pytest.raises(Exception, match="No answer"):
            send_capture.do(str(capture.pk))
        capture.refresh_from_db()
        assert capture.state == "in_doubt"
        with pytest.raises(CaptureMoveNotAllowed):
            withdraw_capture(capture.pk, reason="too slow")
        send_capture.do(str(capture.pk))
        assert [verb for verb, _ in gateway.asked] == ["POST", "GET"]
        capture.refresh_from_db()
        assert (capture.state, capture.gateway_ref) == ("done", "gw-1")


def test_a_refusal_is_an_exception_until_the_money_is_there():
    with gateway_server() as gateway:
        PaymentGateway.objects.create(code="card", adapter="http_json", url=gateway.url)
        order = gone(gateway="card")
        (capture,) = capture_order(order.pk)
        gateway.refuse = (402, {"message": "the authorization has expired"})
        send_capture.do(str(capture.pk))
        trouble = OrderException.objects.get(order=order)
        assert (trouble.kind, trouble.severity) == ("capture_failed", 3)
        assert list(Capture.objects.stuck()) == [capture]
        gateway.refuse = None
        retry_capture(capture.pk)
        send_capture.do(str(capture.pk))
    trouble.refresh_from_db()
    assert trouble.resolved_at
    assert Order.objects.get(pk=order.pk).payment_status == "paid"


def test_what_came_in_otherwise_meanwhile_is_not_asked_for_again():
    order = gone()
    (capture,) = capture_order(order.pk)
    record_payment(order.pk, kind="captured", amount=gbp("10"), gateway="local", reference="own")
    assert doubt_capture(capture.pk).state == "withdrawn"
    send_capture.do(str(capture.pk))
    assert PaymentEvent.objects.filter(order=order, kind="captured").count() == 1


def test_a_gateway_that_nobody_knows_waits_for_a_person():
    order = gone(gateway="till")
    (capture,) = capture_order(order.pk)
    send_capture.do(str(capture.pk))
    assert list(Capture.objects.stuck()) == [capture]
    confirm_capture(capture.pk, gateway_ref="slip 7")
    event = PaymentEvent.objects.get(order=order, kind="captured")
    assert (event.gateway, event.reference) == ("till", "slip 7")


def test_a_return_of_an_order_that_was_never_captured_ends_and_is_not_charged():
    order = gone()
    rma = inspected(order, 1)
    assert rma.status == "closed"
    (capture,) = capture_order(order.pk)
    assert capture.amount == gbp("5.00"), "the unit that came back is not charged"


def test_a_return_waits_for_a_capture_that_is_under_way():
    order = gone()
    (capture,) = capture_order(order.pk)
    rma = inspected(order, 1)
    assert rma.status == "inspected"
    record_capture(capture.pk, gateway_ref="gw-1")
    rma.refresh_from_db()
    assert rma.status == "inspected", "its refund is due now"


def test_the_local_gateway_answers_with_our_reference():
    said = LocalGateway().capture(amount=gbp("1"), authorized_ref="a", reference="capture-x")
    assert said == "local-capture-x"
