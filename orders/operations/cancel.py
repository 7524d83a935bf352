"""Cancel an order that has not shipped."""

from core import clock
from core.actor import current_actor
from core.approvals import approved_by, ask_approval, waiting_on
from core.cards import mask_cards
from core.errors import BadValue
from core.events import publish
from core.operations import lock, operation
from inventory.operations.stock.deallocate import deallocate_stock
from orders.errors import AlreadyShipped
from orders.events import FulfillmentCancelled, OrderCancelled
from orders.models import FulfillmentOrder, Hold, Order, OrderException, OrderLine
from orders.operations.hold import hold_order, resume_order
from orders.operations.preordered import give_up_preordered
from orders.operations.saving import save_order
from orders.ports import SecondPerson, cancel_refund, part_gone
from orders.states import FulfillmentOrderStatus, FulfillmentStatus, OrderStatus

WAITS = "Its cancellation waits for a second person."
TOO_LATE = (
    FulfillmentStatus.PARTLY_SHIPPED,
    FulfillmentStatus.SHIPPED,
    FulfillmentStatus.DELIVERED,
)


@operation(permission="orders.cancel_order")
def cancel_order(order_id: int, *, reason: str) -> Order:
    """Cancel the order, stop its work in the warehouse, and give stock and preorders back.

    What was paid goes back. When that is above the refund limit, a person asks a second one
    instead: the order comes back held, still open, and is cancelled with their yes. Raises
    MoveNotAllowed when it is closed or cancelled, AlreadyShipped when a parcel has left.
    Publishes order.cancelled.
    """
    order = lock(Order, order_id)
    if order.fulfillment_status in TOO_LATE:
        raise AlreadyShipped(number=order.number)
    if not reason.strip():
        raise BadValue(field="reason", fix="Say in a few words why it is cancelled.")
    order.become(OrderStatus.CANCELLED)
    if (second := cancel_refund.answer.needs(order)) and _alone():
        return _ask(order_id, reason, second)
    order.cancelled_at, order.cancel_reason = clock.now(), mask_cards(reason)[0][:64]
    order.fulfillment_status = FulfillmentStatus.NONE
    _stop_work(order)
    lines = list(OrderLine.objects.filter(order=order))
    waiting = any(line.units_preordered for line in lines)
    for line in lines:
        line.units_cancelled, line.units_short, line.units_preordered = line.units, 0, 0
    OrderLine.objects.bulk_update(lines, ["units_cancelled", "units_short", "units_preordered"])
    OrderException.objects.filter(order=order, resolved_at=None).update(
        resolved_at=clock.now(), resolution="The order was cancelled."
    )
    save_order(order, "status", "cancelled_at", "cancel_reason", "fulfillment_status")
    skus = sorted({line.sku_id for line in lines if line.sku_id})
    publish(OrderCancelled(order_id=order.pk, reason=order.cancel_reason, sku_ids=skus))
    if waiting:
        give_up_preordered([line.pk for line in lines], reason="order cancelled")
    deallocate_stock("order_line", [line.pk for line in lines], reason="order cancelled")
    return order


@operation(permission="orders.hold_order")
def resume_uncancelled(order_id: int) -> Order:
    """Take off the hold that a wish to cancel has put on, once nobody waits for an answer to it.

    Other holds stay. Publishes order.resumed; harmless to repeat.
    """
    order = lock(Order, order_id)
    waits = waiting_on(f"order:{order_id}").filter(operation="orders.cancel_order")
    if waits.exists():
        return order
    holds = Hold.objects.filter(order=order, released_at=None, reason__startswith=WAITS[:-1])
    for hold_id in list(holds.values_list("pk", flat=True)):
        resume_order(order_id, hold_id=hold_id)
    return Order.objects.get(pk=order_id)


def _alone() -> bool:
    return current_actor().user_id is not None and approved_by() is None


def _ask(order_id: int, reason: str, second: SecondPerson) -> Order:
    """Have a second person decide; meanwhile nothing of the order goes on."""
    order, reason = Order.objects.get(pk=order_id), mask_cards(reason)[0]
    paid = second.amount.shown()
    ask_approval(
        "orders.cancel_order",
        {"order_id": order_id, "reason": reason},
        sentence=f"Cancel order {order.number} and give {paid} back: {reason}"[:300],
        facts={
            "order": order.number,
            "amount": second.amount.as_json(),
            "limit": second.limit.as_json(),
            "reason": reason,
        },
        permission=second.permission,
        subject=f"order:{order_id}",
    )
    if not Hold.objects.filter(order=order, released_at=None, reason=WAITS).exists():
        hold_order(order_id, reason=WAITS)
    return Order.objects.get(pk=order_id)


def _stop_work(order: Order) -> None:
    done = (FulfillmentOrderStatus.SHIPPED, FulfillmentOrderStatus.DELIVERED)
    rows = FulfillmentOrder.objects.select_for_update(no_key=True).filter(order=order)
    for row in rows.exclude(status=FulfillmentOrderStatus.CANCELLED).order_by("id"):
        if row.status in done or part_gone.answer.has_left(row.pk):
            raise AlreadyShipped(number=order.number)
        row.become(FulfillmentOrderStatus.CANCELLED)
        row.cancelled_at = clock.now()
        row.save(update_fields=["status", "cancelled_at"])
        publish(FulfillmentCancelled(order_id=order.pk, fulfillment_id=row.pk))
