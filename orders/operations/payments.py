"""The money ledger of an order."""

from datetime import datetime

from core import clock
from core.cards import mask_cards
from core.errors import BadValue
from core.events import publish
from core.money import Money
from core.operations import lock, operation
from orders.errors import TooMuch
from orders.events import PaymentRecorded
from orders.models import Clearance, Order, PaymentEvent
from orders.operations.card_numbers import flag_cards
from orders.operations.gates import clear_gate
from orders.operations.saving import derive_payment, ledger_of, save_order
from orders.states import ClearanceState, Gate, PaymentKind, PaymentStatus


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

    The same kind, gateway and reference again changes nothing. Raises TooMuch when more would be
    refunded than was captured, BadValue for another currency. Publishes payment.recorded.
    """
    order = lock(Order, order_id)
    _check(order, kind, amount, reference)
    reference, masked = mask_cards(reference)
    event = {"order": order, "kind": kind, "gateway": gateway, "reference": reference}
    if known := PaymentEvent.objects.filter(**event).first():
        return known
    if kind in (PaymentKind.REFUNDED, PaymentKind.CHARGEBACK):
        sums = ledger_of(order)
        spent = sums[PaymentKind.REFUNDED] + sums[PaymentKind.CHARGEBACK]
        left = sums[PaymentKind.CAPTURED] - spent
        if amount > left:
            raise TooMuch(
                field="amount", asked=amount, left=left, act="give back", number=order.number
            )
    row = PaymentEvent.objects.create(
        **event, amount=amount, avs=avs[:4], cvv=cvv[:4], happened_at=happened_at or clock.now()
    )
    order.payment_status = derive_payment(order)
    save_order(order, "payment_status")
    if masked:
        flag_cards(order.pk, order.number, ["payment.reference"])
    publish(PaymentRecorded(order_id=order.pk, payment_id=row.pk, kind=kind))
    if order.payment_status in (PaymentStatus.PAID, PaymentStatus.AUTHORIZED):
        waiting = Clearance.objects.filter(order=order, gate=Gate.PAYMENT).exclude(
            state=ClearanceState.CLEARED
        )
        if waiting.exists():
            clear_gate(order.pk, gate=Gate.PAYMENT, sentence="The payment covers the order.")
    return row


def _check(order: Order, kind: str, amount: Money, reference: str) -> None:
    if kind not in PaymentKind.values:
        raise BadValue(field="kind", fix=f"One of: {', '.join(PaymentKind.values)}.")
    if amount.currency != order.currency:
        raise BadValue(field="amount", fix=f"The order's currency is {order.currency}.")
    if amount.minor <= 0:
        raise BadValue(field="amount", fix="More than zero.")
    if not reference.strip() or len(reference) > 100:
        raise BadValue(field="reference", fix="Give the gateway's reference, 1 to 100 characters.")
