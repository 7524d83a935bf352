"""What becomes of a capture once the gateway is asked."""

from typing import Any

from django.db.models.functions import Now

from core import clock
from core.cards import mask_cards
from core.errors import BadValue
from core.events import publish
from core.money import Money
from core.operations import lock, operation
from orders.models import Order
from orders.operations.card_numbers import without_card
from orders.operations.exceptions import raise_exception, settle_exceptions
from orders.operations.payments import record_payment
from orders.states import ExceptionKind
from returns.due import authorizations, due_of
from returns.errors import CaptureMoveNotAllowed, NothingToCapture
from returns.events import CaptureDone, CaptureFailed, CaptureRequested, CaptureWithdrawn
from returns.models import Capture
from returns.operations.settle import require_asked_long_ago
from returns.states import CAPTURE_COMMITTED, CaptureState


@operation(permission="returns.send_capture")
def doubt_capture(capture_id: int) -> Capture:
    """Note that the gateway is being asked: until it has answered, nobody knows.

    A waiting one whose money came in otherwise meanwhile, or is gone, is withdrawn instead.
    Raises CaptureMoveNotAllowed when it is settled already.
    """
    capture, order = _locked(capture_id, CAPTURE_COMMITTED)
    if capture.state == CaptureState.WAITING and _possible(capture, order) < capture.amount:
        return _withdrawn(capture, "What was due has changed before the gateway was asked.")
    capture.state, capture.asked_at = CaptureState.IN_DOUBT, clock.now()
    capture.attempts += 1
    _save(capture, "state", "asked_at", "attempts")
    return capture


@operation(permission="returns.send_capture")
def record_capture(capture_id: int, *, gateway_ref: str) -> Capture:
    """The gateway has confirmed: write it to the order's ledger. Harmless to repeat.

    Publishes capture.done.
    """
    capture, _order = _locked(capture_id, (*CAPTURE_COMMITTED, CaptureState.DONE))
    if capture.state == CaptureState.DONE:
        return capture
    capture.state, capture.done_at = CaptureState.DONE, clock.now()
    capture.gateway_ref, capture.last_error = (gateway_ref or capture.reference)[:100], ""
    twins = Capture.objects.filter(order=capture.order_id, gateway=capture.gateway)
    if twins.filter(gateway_ref=capture.gateway_ref).exclude(pk=capture.pk).exists():
        # The ledger books one reference once, and some gateways answer with the payment's own.
        capture.gateway_ref = f"{capture.gateway_ref[:60]} {capture.number}"
    _save(capture, "state", "done_at", "gateway_ref", "last_error")
    record_payment(
        capture.order_id,
        kind="captured",
        amount=capture.amount,
        gateway=capture.gateway,
        reference=capture.gateway_ref,
    )
    _settle(capture, f"{capture.number} is captured.")
    _tell(CaptureDone, capture)
    return capture


@operation(permission="returns.send_capture")
def fail_capture(capture_id: int, *, why: str) -> Capture:
    """The gateway has said no, for sure: the goods are gone and not paid; a person decides.

    Raises an exception on the queue. Publishes capture.failed.
    """
    capture, order = _locked(capture_id, CAPTURE_COMMITTED)
    capture.state, capture.last_error = CaptureState.FAILED, why[:300]
    _save(capture, "state", "last_error")
    raise_exception(
        ExceptionKind.CAPTURE_FAILED,
        order_id=order.pk,
        key=f"capture {capture.pk}",
        sentence=f"{capture.gateway} refused to capture {capture.amount.shown()}; "
        f"goods of order {order.number} have left.",
        facts={"capture": capture.number, "amount": capture.amount.shown(), "gateway says": why},
        fix="Ask the gateway again, or have the customer pay otherwise and withdraw the capture.",
        severity=3,
    )
    _tell(CaptureFailed, capture)
    return capture


@operation(permission="returns.capture_order")
def deny_capture(capture_id: int, *, reason: str) -> Capture:
    """A person has seen at the gateway that a capture in doubt was not made: it has failed.

    Then it is sent again or withdrawn. Raises CaptureMoveNotAllowed unless it is in doubt,
    StillAsked while the gateway may be answering, BadValue without a reason. Publishes
    capture.failed.
    """
    if not reason.strip():
        raise BadValue(field="reason", fix="say where you have seen that it was not captured.")
    capture, order = _locked(capture_id, (CaptureState.IN_DOUBT,))
    require_asked_long_ago(capture.number, capture.asked_at)
    why = without_card(order.pk, order.number, reason, "a capture's reason")
    return fail_capture(capture_id, why=why.strip())


@operation(permission="returns.capture_order")
def retry_capture(capture_id: int) -> Capture:
    """Ask the gateway once more after it said no, for what is due now, under a new reference.

    Raises CaptureMoveNotAllowed, NothingToCapture when nothing is due or authorized any more.
    Publishes capture.requested.
    """
    capture, order = _locked(capture_id, (CaptureState.FAILED,))
    possible = _possible(capture, order)
    if possible.minor <= 0:
        raise NothingToCapture(
            number=order.number,
            due=due_of(order).shown(),
            authorized=_authorized(capture, order).shown(),
        )
    capture.state, capture.amount = CaptureState.WAITING, possible
    capture.reference = f"capture-{capture.public_id}-{capture.attempts + 1}"
    _save(capture, "state", "amount", "reference")
    _tell(CaptureRequested, capture)
    return capture


@operation(permission="returns.capture_order")
def confirm_capture(capture_id: int, *, gateway_ref: str) -> Capture:
    """A person has taken the money by hand, and says with which reference.

    Also one in doubt, that the gateway shows and does not tell us of. Raises
    CaptureMoveNotAllowed unless it is one of these, BadValue without a reference. Publishes
    capture.done.
    """
    if not gateway_ref.strip():
        raise BadValue(field="gateway_ref", fix="write the gateway's reference of the capture.")
    capture, _order = _locked(capture_id, CAPTURE_COMMITTED)
    if not capture.by_hand and capture.state != CaptureState.IN_DOUBT:
        raise _refused(capture)
    return record_capture(capture_id, gateway_ref=mask_cards(gateway_ref.strip())[0])


@operation(permission="returns.capture_order")
def withdraw_capture(capture_id: int, *, reason: str) -> Capture:
    """Call off a capture that certainly has not been made: the customer pays otherwise.

    Raises CaptureMoveNotAllowed while it is in doubt or once it is done, BadValue without a
    reason. Publishes capture.withdrawn.
    """
    if not reason.strip():
        raise BadValue(field="reason", fix="say why.")
    capture, order = _locked(capture_id, (CaptureState.WAITING, CaptureState.FAILED))
    return _withdrawn(capture, without_card(order.pk, order.number, reason, "a capture's reason"))


def _withdrawn(capture: Capture, why: str) -> Capture:
    capture.state, capture.last_error = CaptureState.WITHDRAWN, why.strip()[:300]
    _save(capture, "state", "last_error")
    _settle(capture, f"{capture.number} is withdrawn: {why}")
    _tell(CaptureWithdrawn, capture)
    return capture


def _possible(capture: Capture, order: Order) -> Money:
    """What this capture could take now: due without itself, and authorized at its gateway."""
    own = capture.amount if capture.state in CAPTURE_COMMITTED else Money.zero(order.currency)
    return min(due_of(order) + own, _authorized(capture, order))


def _authorized(capture: Capture, order: Order) -> Money:
    found = [share for share in authorizations(order) if share.gateway == capture.gateway]
    return found[0].amount if found else Money.zero(order.currency)


def _locked(capture_id: int, states: tuple[CaptureState, ...]) -> tuple[Capture, Order]:
    """The capture and its order, locked in the order in which all captures lock them."""
    capture = lock(Capture, capture_id)
    if capture.state not in states:
        raise _refused(capture)
    order = capture.order = lock(Order, capture.order_id)
    return capture, order


def _refused(capture: Capture) -> CaptureMoveNotAllowed:
    return CaptureMoveNotAllowed(number=capture.number, state=capture.get_state_display().lower())


def _save(capture: Capture, *fields: str) -> None:
    capture.updated_at = Now()
    capture.save(update_fields=[*fields, "updated_at"])


def _settle(capture: Capture, said: str) -> None:
    settle_exceptions(ExceptionKind.CAPTURE_FAILED, f"capture {capture.pk}", resolution=said)


def _tell(kind: Any, capture: Capture) -> None:
    publish(kind(capture_id=capture.pk, order_id=capture.order_id))
