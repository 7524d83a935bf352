"""Money that was authorized for a cancelled order is let go, once, and visibly."""

import pytest

from core.money import Money
from opsmgr.demo.background import settle
from orders.intake import PaymentIn
from orders.models import Order, OrderException, PaymentEvent
from orders.operations.cancel import cancel_order
from orders.operations.payments import record_payment
from returns.gateways import GatewaySilent
from returns.models import PaymentGateway
from returns.operations.void import record_void, voids_due
from returns.tasks import let_go
from tests.builders.orders import order_in, placed_order
from tests.races import at_once
from tests.returns.gateways.server import gateway_server

pytestmark = pytest.mark.django_db


def gbp(amount):
    return Money.of(amount, "GBP")


@pytest.fixture
def gateway():
    with gateway_server() as server:
        PaymentGateway.objects.create(
            code="card", adapter="http_json", url=server.url, secret="s3cret"
        )
        yield server


def authorized(gateway: str = "card") -> Order:
    given = order_in(paid=False, MUG=2)
    paid = PaymentIn(kind="authorized", amount=gbp("20.00"), gateway=gateway, reference="auth-1")
    return placed_order(given=type(given)(**{**vars(given), "payment": paid}))


def cancelled(gateway: str = "card") -> Order:
    return cancel_order(authorized(gateway).pk, reason="regretted")


def voided() -> list[PaymentEvent]:
    return list(PaymentEvent.objects.filter(kind="voided"))


def test_cancelling_lets_go_once(gateway):
    order = cancelled()
    settle(figures=False)
    let_go.do(str(order.pk))

    (event,) = voided()
    assert (event.amount, event.gateway, event.reference) == (gbp("20.00"), "card", "gw-1")
    sent = next(iter(gateway.refunds.values()))
    assert (sent["payment"], sent["amount"]) == ("auth-1", "20.00")
    order.refresh_from_db()
    assert order.payment_status == "unpaid"


def test_an_open_order_keeps_its_authorization(gateway):
    order = authorized()

    let_go.do(str(order.pk))

    assert (voided(), gateway.asked) == ([], [])


def test_a_lost_answer_is_looked_up_and_not_sent_again(gateway):
    order = cancelled()
    gateway.faults = [lambda answer: answer, lambda answer: None]  # the look-up, then the void
    with pytest.raises(GatewaySilent):
        let_go.do(str(order.pk))
    assert voided() == []

    let_go.do(str(order.pk))

    assert len(voided()) == 1
    assert [what for what, _ in gateway.asked] == ["GET", "POST", "GET"]


def test_a_no_is_a_person_s(gateway):
    gateway.refuse = (422, {"message": "captured already"})
    order = cancelled()

    let_go.do(str(order.pk))
    let_go.do(str(order.pk))

    found = OrderException.objects.get(order=order, resolved_at=None)
    assert "does not let go" in found.sentence
    assert "captured already" in found.facts["gateway says"]


def test_what_is_authorized_after_the_cancellation_is_let_go_too(gateway):
    order = cancelled()
    settle(figures=False)
    record_payment(
        order.pk, kind="authorized", amount=gbp("5.00"), gateway="card", reference="auth-2"
    )
    settle(figures=False)

    assert [event.amount for event in voided()] == [gbp("20.00"), gbp("5.00")]
    assert len({key for what, key in gateway.asked if what == "POST"}) == 2


def test_by_hand_nobody_is_told():
    order = cancelled("somewhere")

    assert voids_due(order.pk) == []


@pytest.mark.django_db(transaction=True)
def test_two_workers_book_it_once(gateway):
    order = cancelled()
    (void,) = voids_due(order.pk)

    at_once(2, lambda: record_void(order.pk, void, gateway_ref="gw-9"))
    at_once(1, lambda: record_void(order.pk, void, gateway_ref="gw-10"))

    assert [event.reference for event in voided()] == ["gw-9"]
