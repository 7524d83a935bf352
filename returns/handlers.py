"""What returns does when something happens elsewhere."""

from core.events import on
from orders.events import CreditsRead, FulfillmentShipped, OrderCancelled, PaymentRecorded
from orders.models import Order
from orders.states import OrderStatus, PaymentKind
from returns.events import CaptureDone, CaptureRequested, RefundRequested
from returns.operations.questions import drop_unfit
from returns.tasks import (
    give_back,
    let_go,
    match_imported,
    send_capture,
    send_refund,
    take_what_is_due,
)
from shipping.events import ParcelDelivered, ParcelWrittenOff


@on(RefundRequested)
def send_new_refunds(fact: RefundRequested) -> None:
    send_refund.add(fact.refund_id)


@on(RefundRequested)
def drop_what_is_not_left(fact: RefundRequested) -> None:
    drop_unfit(fact.order_id)


@on(FulfillmentShipped)
def drop_cancellations_too_late(fact: FulfillmentShipped) -> None:
    drop_unfit(fact.order_id)


@on(ParcelDelivered)
@on(ParcelWrittenOff)
def drop_what_is_not_lost(fact: ParcelDelivered) -> None:
    drop_unfit(fact.order_id)


@on(OrderCancelled)
def drop_questions_of_cancelled_orders(fact: OrderCancelled) -> None:
    drop_unfit(fact.order_id)


@on(OrderCancelled)
def refund_cancelled_orders(fact: OrderCancelled) -> None:
    give_back.add(fact.order_id)


@on(OrderCancelled)
def let_go_of_what_is_authorized(fact: OrderCancelled) -> None:
    let_go.add(fact.order_id)


@on(FulfillmentShipped)
def capture_what_was_handed_over(fact: FulfillmentShipped) -> None:
    take_what_is_due.add(fact.order_id)


@on(CaptureRequested)
def send_new_captures(fact: CaptureRequested) -> None:
    send_capture.add(fact.capture_id)


@on(CaptureDone)
def capture_what_left_meanwhile(fact: CaptureDone) -> None:
    """More may have left while the gateway was asked for the first part."""
    take_what_is_due.add(fact.order_id)


@on(PaymentRecorded)
def capture_what_was_authorized_late(fact: PaymentRecorded) -> None:
    """The authorization may come in after the goods have left, or the order was cancelled."""
    if fact.kind == PaymentKind.AUTHORIZED:
        take_what_is_due.add(fact.order_id)
        let_go.add(fact.order_id)


@on(PaymentRecorded)
def refund_what_was_captured_too_late(fact: PaymentRecorded) -> None:
    """The gateway may still take the money of an order that was cancelled meanwhile."""
    gone = Order.objects.filter(pk=fact.order_id, status=OrderStatus.CANCELLED)
    if fact.kind == PaymentKind.CAPTURED and gone.exists():
        give_back.add(fact.order_id)


@on(CreditsRead, history_too=True)
def match_credits(fact: CreditsRead) -> None:
    match_imported.add(fact.batch_id)
