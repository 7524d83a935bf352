"""Let go of money that was authorized for an order that will not be sent."""

from dataclasses import dataclass

from core.money import Money
from core.operations import lock, operation
from orders.models import Order, PaymentEvent
from orders.operations.exceptions import raise_exception
from orders.operations.payments import record_payment
from orders.states import ExceptionKind, OrderStatus, PaymentKind
from returns.due import authorized_of
from returns.operations.refund import goes_by_hand


@dataclass(frozen=True)
class Void:
    """What a gateway is to let go of. `reference` is ours and the idempotency key."""

    gateway: str
    authorized_ref: str
    amount: Money
    reference: str


def voids_due(order_id: int) -> list[Void]:
    """What gateways with an adapter still hold for the order, once it is cancelled. Reads only."""
    order = Order.objects.filter(pk=order_id, status=OrderStatus.CANCELLED, historical=False)
    found = order.first()
    if found is None:
        return []
    return [
        Void(share.gateway, share.reference, share.amount, _reference(found, share.gateway))
        for share in authorized_of(found)
        if not goes_by_hand(share.gateway)
    ]


def _reference(order: Order, gateway: str) -> str:
    """The same until it is done: what is authorized after that is another void."""
    done = PaymentEvent.objects.filter(order=order, kind=PaymentKind.VOIDED, gateway=gateway)
    return f"void-{order.public_id}-{gateway}-{done.count() + 1}"


@operation(permission="returns.send_capture")
def record_void(order_id: int, void: Void, *, gateway_ref: str) -> PaymentEvent | None:
    """The gateway has let go: write it to the order's ledger. Harmless to repeat.

    Publishes payment.recorded.
    """
    order = lock(Order, order_id)
    if _reference(order, void.gateway) != void.reference:
        return None
    return record_payment(
        order_id,
        kind=PaymentKind.VOIDED,
        amount=void.amount,
        gateway=void.gateway,
        reference=(gateway_ref or void.reference)[:100],
    )


@operation(permission="returns.send_capture")
def refuse_void(order_id: int, *, gateway: str, why: str) -> None:
    """The gateway has said no, for sure: a person has a look. Raises an exception on the queue."""
    order = lock(Order, order_id)
    raise_exception(
        ExceptionKind.OTHER,
        order_id=order.pk,
        key=f"void {order.pk} {gateway}"[:100],
        sentence=f"{gateway} does not let go of what is authorized for order {order.number},"
        " which is cancelled.",
        facts={"gateway": gateway, "gateway says": why[:300]},
        fix="Void it on the gateway's own page, then note it as a payment event on the order.",
    )
