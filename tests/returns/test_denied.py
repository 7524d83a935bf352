"""What is in doubt for good: a person looks at the gateway and says that nothing moved."""

from datetime import timedelta

import pytest
from django.test import Client
from rest_framework.test import APIClient

from core import clock
from core.errors import BadValue
from core.money import Money
from core.roles import Role
from returns.errors import CaptureMoveNotAllowed, RefundMoveNotAllowed, StillAsked
from returns.models import Capture, Refund
from returns.operations.capture import capture_order
from returns.operations.captured import deny_capture, doubt_capture, withdraw_capture
from returns.operations.refund import refund_order
from returns.operations.settle import deny_refund, doubt_refund, retry_refund
from tests.builders.people import someone
from tests.builders.returns import pay, shipped_order

pytestmark = pytest.mark.django_db
SAID = "not on the statement"
EARLIER = timedelta(minutes=11)


@pytest.fixture
def refund() -> Refund:
    order = shipped_order(("MUG", 1, "10.00"))
    return refund_order(order.pk, amount=Money.of("6.00", "GBP"), reason="late").refunds[0]


@pytest.fixture
def capture() -> Capture:
    order = shipped_order(("MUG", 2, "10.00"), captured="0")
    pay(order, Money.of("20.00", "GBP"), kind="authorized")
    return capture_order(order.pk)[0]


def test_a_refund_that_did_not_go_back_has_failed_and_can_be_sent_again(refund):
    with clock.pinned(clock.now() - EARLIER):
        doubt_refund(refund.pk)
    with pytest.raises(BadValue):
        deny_refund(refund.pk, reason=" ")

    denied = deny_refund(refund.pk, reason=SAID)

    assert (denied.state, denied.last_error) == ("failed", SAID)
    assert retry_refund(refund.pk).state == "waiting"


def test_not_while_the_gateway_may_still_answer(refund, capture):
    doubt_refund(refund.pk)
    doubt_capture(capture.pk)

    with pytest.raises(StillAsked):
        deny_refund(refund.pk, reason=SAID)
    with pytest.raises(StillAsked):
        deny_capture(capture.pk, reason=SAID)


def test_only_what_is_in_doubt_is_denied(refund, capture):
    with pytest.raises(RefundMoveNotAllowed):
        deny_refund(refund.pk, reason=SAID)
    with pytest.raises(CaptureMoveNotAllowed):
        deny_capture(capture.pk, reason=SAID)


def test_a_capture_that_was_not_made_can_be_withdrawn(capture):
    with clock.pinned(clock.now() - EARLIER):
        doubt_capture(capture.pk)

    assert deny_capture(capture.pk, reason=SAID).state == "failed"
    assert withdraw_capture(capture.pk, reason="paid otherwise").state == "withdrawn"


def test_on_the_page_and_over_the_api(refund, capture):
    with clock.pinned(clock.now() - EARLIER):
        doubt_refund(refund.pk)
        doubt_capture(capture.pk)
    page, api, viewer = Client(), APIClient(), APIClient()
    page.force_login(someone(Role.FINANCE))
    api.force_login(someone(Role.FINANCE))
    viewer.force_login(someone(Role.VIEWER))
    there = f"/api/v1/captures/{capture.public_id}/deny"

    assert "It did not go back" in page.get(refund.get_absolute_url()).content.decode()
    answer = page.post(f"/returns/refunds/{refund.public_id}/deny/", {"reason": SAID}, follow=True)
    assert "has failed" in answer.content.decode()
    assert viewer.post(there, {"reason": SAID}, format="json").status_code == 403
    assert api.post(there, {}, format="json").status_code == 422
    done = api.post(there, {"reason": SAID}, format="json")
    assert (done.status_code, done.json()["state"]) == (200, "failed")
    again = api.post(f"/api/v1/refunds/{refund.public_id}/deny", {"reason": SAID}, format="json")
    assert (again.status_code, again.json()["code"]) == (409, "refund_move_not_allowed")
