"""The money ledger of an order."""

from datetime import datetime

from core import clock
from core.actor import current_actor
from core.cards import mask_cards
from core.errors import BadValue
from core.events import publish
from core.money import Money
from core.operations import lock, operation, outermost
from orders.errors import AboveLimit, SameReferenceOtherAmount, TooMuch
from orders.events import PaymentRecorded
from orders.models import Clearance, Order, PaymentEvent
from orders.operations.card_numbers import flag_cards
from orders.operations.exceptions import raise_exception, settle_exceptions
from orders.operations.gates import ask_again, clear_gate, reconsider
from orders.operations.saving import (
    derive_payment,
    is_open,
    ledger_of,
    may_still_stay,
    save_order,
)
from orders.ports import recorded_refund
from orders.states import ClearanceState, ExceptionKind, Gate, PaymentKind, PaymentStatus

COVERED = (PaymentStatus.PAID, PaymentStatus.AUTHORIZED)
GONE = (PaymentStatus.UNPAID, PaymentStatus.REFUNDED, PaymentStatus.CHARGEBACK)


@operation(permission="orders.record_payment")
def record_payment(  # noqa: PLR0913 - a payment event has these parts
    order_id: int,
    *,
    kind: str,
    amount: Money,
    reference: str,
    gateway: str = "",
    avs: str = "",
    cvv: str = "",
    happened_at: datetime | None = None,
) -> PaymentEvent:
    """Write one payment event; the payment status and the payment gate follow from the ledger.

    The same kind, gateway and reference again changes nothing; with another amount it raises
    SameReferenceOtherAmount. Money that is gone again shuts the payment gate of an open order; the
    bank's answer to the card makes the risk gate wait for a score that knows it. Raises TooMuch
    when more would be refunded than was captured, AboveLimit when a person notes down a refund that
    takes a second one, BadValue for another currency. Publishes payment.recorded.
    """
    order = lock(Order, order_id)
    _check(order, kind, amount, reference)
    reference, masked = mask_cards(reference)
    event = {"order": order, "kind": kind, "gateway": gateway, "reference": reference}
    if known := PaymentEvent.objects.filter(**event).first():
        if known.amount != amount:
            raise SameReferenceOtherAmount(field="amount", ref=reference, amount=known.amount)
        return known
    if kind in (PaymentKind.REFUNDED, PaymentKind.CHARGEBACK):
        sums = ledger_of(order)
        spent = sums[PaymentKind.REFUNDED] + sums[PaymentKind.CHARGEBACK]
        left = sums[PaymentKind.CAPTURED] - spent
        if amount > left:
            raise TooMuch(
                field="amount", asked=amount, left=left, act="give back", number=order.number
            )
    if kind == PaymentKind.REFUNDED:
        _require_within_limit(order, amount)
    row = PaymentEvent.objects.create(
        **event, amount=amount, avs=avs[:4], cvv=cvv[:4], happened_at=happened_at or clock.now()
    )
    before, order.payment_status = order.payment_status, derive_payment(order)
    save_order(order, "payment_status")
    if masked:
        flag_cards(order.pk, order.number, ["payment.reference"])
    publish(PaymentRecorded(order_id=order.pk, payment_id=row.pk, kind=kind))
    note_overpaid(order)
    _move_gate(order, PaymentStatus(before))
    if (avs or cvv or kind == PaymentKind.FAILED) and may_still_stay(order):
        reconsider(order, gate=Gate.RISK, sentence="The bank has answered; it is scored anew.")
    return row


def _require_within_limit(order: Order, amount: Money) -> None:
    """A person notes down what they gave back themselves; an integration, what a gateway did."""
    actor = current_actor()
    if not outermost() or actor.user_id is None or actor.may("orders.report_payment"):
        return
    if second := recorded_refund.answer.needs(order, amount):
        raise AboveLimit(
            field="amount",
            asked=second.amount.shown(),
            limit=second.limit.shown(),
            number=order.number,
        )


def note_overpaid(order: Order) -> None:
    """More is kept than the order costs: somebody gives it back, or asks. Settled when it is."""
    sums = ledger_of(order)
    back = sums[PaymentKind.REFUNDED] + sums[PaymentKind.CHARGEBACK]
    over = sums[PaymentKind.CAPTURED] - back - order.total
    key = f"order {order.pk}"
    if over.minor <= 0:
        settle_exceptions(ExceptionKind.OVERPAID, key, resolution="Nothing is overpaid any more.")
        return
    raise_exception(
        ExceptionKind.OVERPAID,
        order_id=order.pk,
        key=key,
        sentence=f"Order {order.number} costs {order.total.shown()}; {over.shown()} more was paid.",
        facts={"total": order.total.shown(), "overpaid": over.shown()},
        fix=f"Refund {over.shown()}, or ask the customer what it was for.",
    )


def _move_gate(order: Order, before: PaymentStatus) -> None:
    """Open the payment gate when the money is there, shut it when it is gone again."""
    gate = Clearance.objects.filter(order=order, gate=Gate.PAYMENT)
    if order.payment_status in COVERED:
        if gate.exclude(state=ClearanceState.CLEARED).exists():
            clear_gate(order.pk, gate=Gate.PAYMENT, sentence="The payment covers the order.")
    elif order.payment_status in GONE and before not in GONE and is_open(order) and gate.exists():
        status = order.get_payment_status_display().lower()
        ask_again(order.pk, gate=Gate.PAYMENT, sentence=f"The payment is gone: {status} now.")


def _check(order: Order, kind: str, amount: Money, reference: str) -> None:
    if kind not in PaymentKind.values:
        raise BadValue(field="kind", fix=f"One of: {', '.join(PaymentKind.values)}.")
    if amount.currency != order.currency:
        raise BadValue(field="amount", fix=f"The order's currency is {order.currency}.")
    if amount.minor <= 0:
        raise BadValue(field="amount", fix="More than zero.")
    if not reference.strip() or len(reference) > 100:
        raise BadValue(field="reference", fix="Give the gateway's reference, 1 to 100 characters.")
