"""Decide that authorized money is taken. The gateway is asked later, by a job."""

from core import clock
from core.actor import current_actor
from core.events import publish
from core.money import Money
from core.operations import lock, operation
from orders.models import Order
from returns.due import authorizations, authorized_of, due_of
from returns.errors import NothingToCapture
from returns.events import CaptureRequested
from returns.models import Capture
from returns.numbers import next_number
from returns.operations.refund import goes_by_hand


@operation(permission="returns.capture_order")
def capture_order(order_id: int) -> list[Capture]:
    """Take what is due for what has left, from what was authorized; one capture per gateway.

    Raises NothingToCapture when nothing is due, authorized and free. Publishes capture.requested.
    """
    made = _make(lock(Order, order_id))
    if not made:
        order = Order.objects.get(pk=order_id)
        held = sum((share.amount for share in authorizations(order)), Money.zero(order.currency))
        raise NothingToCapture(
            number=order.number, due=due_of(order).shown(), authorized=held.shown()
        )
    return made


@operation(permission="returns.send_capture")
def capture_shipped(order_id: int) -> list[Capture]:
    """The same after a hand-over; none where nothing is due. Harmless to repeat.

    The imported past is settled: nothing of it is captured. Publishes capture.requested.
    """
    order = lock(Order, order_id)
    return [] if order.historical else _make(order)


def _make(order: Order) -> list[Capture]:
    made, missing = [], due_of(order)
    for share in authorized_of(order):
        part = min(missing, share.amount)
        if part.minor <= 0:
            break
        missing = missing - part
        capture = Capture(
            number=next_number("returns_capture_seq", "CP"),
            order=order,
            channel_id=order.channel_id,
            currency=order.currency,
            amount=part,
            gateway=share.gateway,
            by_hand=goes_by_hand(share.gateway),
            authorized_ref=share.reference,
            requested_by=current_actor().name,
            requested_at=clock.now(),
        )
        capture.reference = f"capture-{capture.public_id}"
        capture.save()
        made.append(capture)
        publish(CaptureRequested(capture_id=capture.pk, order_id=order.pk))
    return made
