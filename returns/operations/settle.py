"""What becomes of a refund once the gateway is asked."""

from datetime import datetime, timedelta

from django.db.models import F
from django.db.models.functions import Now

from core import clock
from core.cards import mask_cards
from core.errors import BadValue
from core.events import Event, publish
from core.operations import lock, operation
from orders.models import Order
from orders.operations.card_numbers import without_card
from orders.operations.payments import record_payment
from returns.amounts import left_to_refund
from returns.errors import MoreThanPaid, RefundMoveNotAllowed, StillAsked
from returns.events import RefundDone, RefundFailed, RefundRequested, RefundWithdrawn
from returns.models import Refund
from returns.operations.close import close_when_settled
from returns.states import COMMITTED, RefundState

ANSWERED_BY = timedelta(minutes=10)  # well over the job's lease and the gateway's time-out


@operation(permission="returns.send_refund")
def doubt_refund(refund_id: int) -> Refund:
    """Note that the gateway is being asked: until it has answered, nobody knows.

    Raises RefundMoveNotAllowed when it is settled already.
    """
    refund = _locked(refund_id, COMMITTED)
    refund.state, refund.asked_at = RefundState.IN_DOUBT, clock.now()
    refund.attempts = F("attempts") + 1
    refund.updated_at = Now()
    refund.save(update_fields=["state", "asked_at", "attempts", "updated_at"])
    return refund


@operation(permission="returns.send_refund")
def record_refund(refund_id: int, *, gateway_ref: str) -> Refund:
    """The gateway has confirmed: write it to the order's ledger. Harmless to repeat.

    Closes the return when nothing of it is left. Publishes refund.done.
    """
    refund = lock(Refund, refund_id)
    if refund.state == RefundState.DONE:
        return refund
    if refund.state not in COMMITTED:
        raise _refused(refund)
    lock(Order, refund.order_id)  # two of its refunds at once see each other's reference
    refund.state, refund.done_at = RefundState.DONE, clock.now()
    refund.gateway_ref = (gateway_ref or refund.reference)[:100]
    if twin_of(refund) is not None:  # the ledger books one reference once: this is another one
        refund.gateway_ref = f"{refund.gateway_ref[:60]} {refund.number}"
    refund.last_error = ""
    refund.updated_at = Now()
    refund.save(update_fields=["state", "done_at", "gateway_ref", "last_error", "updated_at"])
    record_payment(
        refund.order_id,
        kind="refunded",
        amount=refund.amount,
        gateway=refund.gateway,
        reference=refund.gateway_ref,
    )
    _tell(RefundDone, refund)
    if refund.rma_id is not None:
        close_when_settled(refund.rma_id)
    return refund


@operation(permission="returns.send_refund")
def fail_refund(refund_id: int, *, why: str) -> Refund:
    """The gateway has said no, for sure; a person decides. Publishes refund.failed."""
    refund = _locked(refund_id, COMMITTED)
    refund.state, refund.last_error = RefundState.FAILED, why[:300]
    refund.updated_at = Now()
    refund.save(update_fields=["state", "last_error", "updated_at"])
    _tell(RefundFailed, refund)
    return refund


@operation(permission="returns.refund_order")
def deny_refund(refund_id: int, *, reason: str) -> Refund:
    """A person has seen at the gateway that a refund in doubt did not go back: it has failed.

    Then it is sent again or withdrawn. Raises RefundMoveNotAllowed unless it is in doubt,
    StillAsked while the gateway may be answering, BadValue without a reason. Publishes
    refund.failed.
    """
    if not reason.strip():
        raise BadValue(field="reason", fix="say where you have seen that it did not go back.")
    refund = _locked(refund_id, (RefundState.IN_DOUBT,))
    require_asked_long_ago(refund.number, refund.asked_at)
    order = Order.objects.get(pk=refund.order_id)
    why = without_card(order.pk, order.number, reason, "a refund's reason")
    return fail_refund(refund_id, why=why.strip())


def require_asked_long_ago(number: str, asked_at: datetime | None) -> None:
    """While a request may be under way, what the gateway shows is not yet the answer."""
    if asked_at is not None and clock.now() < asked_at + ANSWERED_BY:
        raise StillAsked(number=number, minutes=ANSWERED_BY // timedelta(minutes=1))


@operation(permission="returns.refund_order")
def retry_refund(refund_id: int) -> Refund:
    """Ask the gateway once more after it said no.

    Under a new reference: to the old one a gateway repeats its no for ever. Raises
    RefundMoveNotAllowed, MoreThanPaid when the money went back otherwise meanwhile.
    Publishes refund.requested.
    """
    refund = _locked(refund_id, (RefundState.FAILED,))
    left = left_to_refund(lock(Order, refund.order_id))
    if refund.amount > left:
        raise MoreThanPaid(amount=refund.amount.shown(), left=left.shown())
    refund.state = RefundState.WAITING
    refund.reference = f"refund-{refund.public_id}-{refund.attempts + 1}"
    refund.updated_at = Now()
    refund.save(update_fields=["state", "reference", "updated_at"])
    _tell(RefundRequested, refund)
    return refund


@operation(permission="returns.refund_order")
def confirm_refund(refund_id: int, *, gateway_ref: str) -> Refund:
    """A person has given the money back by hand, and says with which reference.

    Also one in doubt, that the gateway shows and does not tell us of. Raises
    RefundMoveNotAllowed unless it is one of these, BadValue without a reference, or with that
    of another refund. Publishes refund.done.
    """
    if not gateway_ref.strip():
        raise BadValue(field="gateway_ref", fix="write the bank's or the gateway's reference.")
    refund = _locked(refund_id, COMMITTED)
    if not refund.by_hand and refund.state != RefundState.IN_DOUBT:
        raise _refused(refund)
    lock(Order, refund.order_id)
    refund.gateway_ref = mask_cards(gateway_ref.strip())[0][:100]
    if twin := twin_of(refund):
        fix = f"{twin.number} went back with that reference; write the one of this refund."
        raise BadValue(field="gateway_ref", fix=fix)
    return record_refund(refund_id, gateway_ref=refund.gateway_ref)


def twin_of(refund: Refund) -> Refund | None:
    """Another refund of the order that has gone back under the same reference."""
    same = Refund.objects.filter(
        order=refund.order_id, gateway=refund.gateway, gateway_ref=refund.gateway_ref,
        state=RefundState.DONE,
    )  # fmt: skip
    return same.exclude(pk=refund.pk).first()


@operation(permission="returns.refund_order")
def withdraw_refund(refund_id: int, *, reason: str) -> Refund:
    """Call off a refund that certainly has not reached the customer.

    Raises RefundMoveNotAllowed while it is in doubt or once it is done, BadValue
    without a reason. Publishes refund.withdrawn.
    """
    if not reason.strip():
        raise BadValue(field="reason", fix="say why.")
    refund = _locked(refund_id, (RefundState.WAITING, RefundState.FAILED))
    order = Order.objects.get(pk=refund.order_id)
    why = without_card(order.pk, order.number, reason, "a refund's reason")
    refund.state, refund.last_error = RefundState.WITHDRAWN, why.strip()[:300]
    refund.updated_at = Now()
    refund.save(update_fields=["state", "last_error", "updated_at"])
    _tell(RefundWithdrawn, refund)
    return refund


def _locked(refund_id: int, states: tuple[RefundState, ...]) -> Refund:
    refund = lock(Refund, refund_id)
    if refund.state not in states:
        raise _refused(refund)
    return refund


def _refused(refund: Refund) -> RefundMoveNotAllowed:
    return RefundMoveNotAllowed(number=refund.number, state=refund.get_state_display().lower())


def _tell(kind: type[Event], refund: Refund) -> None:
    ids = {"refund_id": refund.pk, "order_id": refund.order_id, "rma_id": refund.rma_id}
    publish(kind(**ids))
