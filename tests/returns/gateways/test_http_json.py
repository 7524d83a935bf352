"""Refunds through a gateway that loses answers: money moves once, and we find out."""

import pytest

from core.money import Money
from orders.models import PaymentEvent
from returns.gateways import GatewayRefused, GatewaySilent, gateway_for
from returns.models import PaymentGateway, Refund
from returns.operations.refund import refund_order
from returns.states import RefundState
from returns.tasks import send_refund
from tests.builders.returns import shipped_order
from tests.returns.gateways.server import gateway_server

pytestmark = pytest.mark.django_db


@pytest.fixture
def gateway():
    with gateway_server() as server:
        PaymentGateway.objects.create(
            code="card", adapter="http_json", url=server.url, secret="s3cret"
        )
        yield server


@pytest.fixture
def refund(gateway):
    order = shipped_order(("MUG", 1, "10.00"), gateway="card")
    return refund_order(order.pk, amount=Money.of("6.00", "GBP"), reason="late").refunds[0]


def state_of(refund):
    refund.refresh_from_db()
    return refund.state


def test_a_refund_is_sent_once_and_written_to_the_ledger(gateway, refund):
    send_refund.do(str(refund.pk))
    send_refund.do(str(refund.pk))

    assert state_of(refund) == RefundState.DONE
    assert refund.gateway_ref == "gw-1"
    assert gateway.asked == [("POST", refund.reference)]
    sent = gateway.refunds[refund.reference]
    assert (sent["amount"], sent["currency"]) == ("6.00", "GBP")
    assert sent["payment"] == refund.captured_ref != ""
    event = PaymentEvent.objects.get(kind="refunded")
    assert (event.amount, event.gateway, event.reference) == (refund.amount, "card", "gw-1")


@pytest.mark.parametrize(
    "fault",
    [
        lambda answer: None,
        lambda answer: (500, {"message": "oops"}),
        lambda answer: (503, b""),
        lambda answer: (409, {"message": "running"}),
        lambda answer: (200, b"<html>"),
        lambda answer: (200, []),
        lambda answer: (200, {"id": "", "status": "succeeded"}),
        lambda answer: (200, {"id": "gw-1", "status": "pending"}),
        lambda answer: (302, b""),
    ],
    ids=["gone", "500", "503", "409", "html", "list", "no id", "pending", "elsewhere"],
)
def test_an_unclear_answer_leaves_it_in_doubt_and_the_lookup_finds_it(gateway, refund, fault):
    gateway.faults.append(fault)
    with pytest.raises(GatewaySilent):
        send_refund.do(str(refund.pk))
    assert state_of(refund) == RefundState.IN_DOUBT
    assert not PaymentEvent.objects.filter(kind="refunded").exists()

    send_refund.do(str(refund.pk))

    assert state_of(refund) == RefundState.DONE
    assert [method for method, _ in gateway.asked] == ["POST", "GET"]
    assert len(gateway.refunds) == 1


def test_while_the_lookup_is_silent_nothing_is_sent_again(gateway, refund):
    gateway.faults += [lambda answer: None, lambda answer: (500, b"")]
    for _ in range(2):
        with pytest.raises(GatewaySilent):
            send_refund.do(str(refund.pk))

    assert [method for method, _ in gateway.asked] == ["POST", "GET"]
    assert state_of(refund) == RefundState.IN_DOUBT


def test_one_that_never_arrived_is_sent_again_with_the_same_key(gateway, refund):
    gateway.faults.append(lambda answer: gateway.refunds.clear() or None)
    with pytest.raises(GatewaySilent):
        send_refund.do(str(refund.pk))

    send_refund.do(str(refund.pk))

    keys = [key for method, key in gateway.asked if method == "POST"]
    assert keys == [refund.reference] * 2
    assert state_of(refund) == RefundState.DONE


def test_a_clear_no_fails_it_with_the_gateways_words(gateway, refund):
    gateway.refuse = (402, {"message": "the card is closed"})

    send_refund.do(str(refund.pk))

    assert state_of(refund) == RefundState.FAILED
    assert refund.last_error == "402: the card is closed"
    assert not PaymentEvent.objects.filter(kind="refunded").exists()


def test_a_gateway_that_is_down_is_in_doubt_too(refund):
    PaymentGateway.objects.update(url="http://127.0.0.1:9")

    with pytest.raises(GatewaySilent):
        send_refund.do(str(refund.pk))
    assert state_of(refund) == RefundState.IN_DOUBT


def test_a_gateway_without_a_row_is_silent():
    with pytest.raises(GatewaySilent):
        gateway_for("unheard-of")


def test_the_lookup_may_say_no_as_well(gateway, refund):
    gateway.refunds[refund.reference] = {"id": "gw-9", "status": "refused", "message": "closed"}

    with pytest.raises(GatewayRefused):
        gateway_for("card").find(refund.reference)


def test_a_local_gateway_answers_at_once():
    order = shipped_order(("MUG", 1, "10.00"), gateway="local")
    refund = refund_order(order.pk, amount=Money.of("6.00", "GBP"), reason="late").refunds[0]

    send_refund.do(str(refund.pk))

    assert state_of(refund) == RefundState.DONE
    assert Refund.objects.get().gateway_ref == f"local-{refund.reference}"
