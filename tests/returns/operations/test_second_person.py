"""Dear refunds and cancellations: what one person may not do alone, in parts or at once."""

from datetime import timedelta

import pytest
from django.test import Client

from core import clock
from core.actor import acting, person
from core.approvals import decide_approval
from core.models import Approval
from core.money import Money
from core.roles import Role
from opsmgr.demo.background import settle
from orders.errors import AboveLimit
from orders.models import Hold, PaymentEvent
from orders.operations.cancel import cancel_order
from orders.operations.hold import hold_order
from orders.operations.payments import record_payment
from orders.states import PaymentKind
from returns.errors import (
    MoreThanPaid,
)
from returns.models import Refund
from returns.operations.questions import drop_unfit
from returns.operations.refund import refund_order, refund_return
from tests.builders.orders import order_in, placed_order
from tests.builders.people import someone
from tests.builders.returns import inspected, shipped_order

pytestmark = pytest.mark.django_db


def gbp(amount):
    return Money.of(amount, "GBP")


def refunded(order):
    events = PaymentEvent.objects.filter(order=order, kind=PaymentKind.REFUNDED)
    return sum((event.amount for event in events), gbp("0"))


def test_returns_and_goodwill_of_one_order_count_together_whoever_gives_them():
    order = shipped_order(("MUG", 4, "2000.00"))
    with acting(person(someone(Role.AGENT))):
        assert refund_order(order.pk, amount=gbp("499.99"), reason="sorry").refunds
    rma = inspected(order, 1)
    with acting(person(someone(Role.AGENT))):
        outcome = refund_return(rma.pk)
        assert (outcome.refunds, outcome.approval is None) == ([], False)
        assert refund_order(order.pk, amount=gbp("0.02"), reason="sorry").approval

    Refund.objects.update(requested_at=clock.now() - timedelta(days=31))
    with acting(person(someone(Role.AGENT))):
        assert refund_order(order.pk, amount=gbp("0.03"), reason="sorry").refunds, "long ago"


def test_what_waits_for_approval_is_not_asked_for_twice_over():
    order = shipped_order(("MUG", 1, "1200.00"))
    with acting(person(someone(Role.AGENT))):
        first = refund_order(order.pk, amount=gbp("600.00"), reason="sorry").approval
        assert refund_order(order.pk, amount=gbp("600.00"), reason="sorry").approval == first
        with pytest.raises(MoreThanPaid, match=r"£700.00 .* £600.00.* waits for approval"):
            refund_order(order.pk, amount=gbp("700.00"), reason="more")
    client = Client()
    client.force_login(someone(Role.MANAGER))
    page = client.get(order.get_absolute_url()).content.decode()
    assert "Waits for approval" in page
    assert "Refund £600.00" in page


def test_a_question_that_does_not_fit_any_more_is_taken_back():
    order = shipped_order(("MUG", 1, "1200.00"))
    with acting(person(someone(Role.AGENT))):
        asked = refund_order(order.pk, amount=gbp("900.00"), reason="sorry").approval
    assert drop_unfit(order.pk) == 0
    refund_order(order.pk, amount=gbp("500.00"), reason="the system's own")
    settle(figures=False)
    asked.refresh_from_db()
    assert (asked.state, asked.note) == ("withdrawn", "Only £700.00 is left to give back.")


def test_cancelling_a_dear_paid_order_asks_a_second_person_and_is_held_meanwhile():
    order = placed_order(price="1200.00")
    with acting(person(someone(Role.AGENT))):
        for _ in range(2):
            assert cancel_order(order.pk, reason="changed mind").status == "open"
    assert Hold.objects.get(order=order, released_at=None).reason.startswith("Its cancellation")
    asked = Approval.objects.get()
    assert asked.permission == "returns.approve_refund"
    with acting(person(someone(Role.MANAGER))):
        decide_approval(asked.pk, approve=True)
    settle(figures=False)
    order.refresh_from_db()
    assert order.status == "cancelled"
    assert refunded(order) == gbp("1200.00") or Refund.objects.get(order=order).by_hand


def test_cancelling_a_cheap_or_unpaid_order_takes_one_person():
    cheap = placed_order(price="500.00")
    unpaid = placed_order(given=order_in("900.00", paid=False))
    with acting(person(someone(Role.AGENT))):
        assert cancel_order(cheap.pk, reason="no").status == "cancelled"
        assert cancel_order(unpaid.pk, reason="no").status == "cancelled"


def test_a_no_lets_the_order_go_on_and_other_holds_stay():
    order = placed_order(price="1200.00")
    hold_order(order.pk, reason="the customer rings back")
    with acting(person(someone(Role.AGENT))):
        cancel_order(order.pk, reason="regretted")
    assert Hold.objects.filter(order=order, released_at=None).count() == 2

    with acting(person(someone(Role.FINANCE))):
        decide_approval(Approval.objects.get().pk, approve=False, note="it has been promised")
    settle(figures=False)

    (left,) = Hold.objects.filter(order=order, released_at=None)
    assert left.reason == "the customer rings back"


def test_a_refund_that_is_noted_down_counts_against_the_limit():
    order = shipped_order(("MUG", 1, "2000.00"))

    def note(amount, reference):
        return record_payment(
            order.pk, kind="refunded", amount=gbp(amount), gateway="local", reference=reference
        )

    with acting(person(someone(Role.FINANCE))):
        note("400.00", "bank-1")
        with pytest.raises(AboveLimit, match=r"£600.00 is more than the £500.00"):
            note("200.00", "bank-2")
        assert refund_order(order.pk, amount=gbp("101.00"), reason="sorry").approval, "together"
    with acting(person(someone(Role.INTEGRATION))):
        assert note("600.00", "gateway-1"), "what a gateway reports is a fact"
