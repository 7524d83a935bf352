"""What returns does when something happens elsewhere."""

from core.events import on
from orders.events import CreditsRead, OrderCancelled, PaymentRecorded
from orders.models import Order
from orders.states import OrderStatus, PaymentKind
from returns.events import RefundRequested
from returns.tasks import give_back, match_imported, send_refund


@on(RefundRequested)
def send_new_refunds(fact: RefundRequested) -> None:
    send_refund.add(fact.refund_id)


@on(OrderCancelled)
def refund_cancelled_orders(fact: OrderCancelled) -> None:
    give_back.add(fact.order_id)


@on(PaymentRecorded)
def refund_what_was_captured_too_late(fact: PaymentRecorded) -> None:
    """The gateway may still take the money of an order that was cancelled meanwhile."""
    gone = Order.objects.filter(pk=fact.order_id, status=OrderStatus.CANCELLED)
    if fact.kind == PaymentKind.CAPTURED and gone.exists():
        give_back.add(fact.order_id)


@on(CreditsRead, history_too=True)
def match_credits(fact: CreditsRead) -> None:
    match_imported.add(fact.batch_id)
