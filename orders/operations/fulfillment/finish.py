"""When the last unit has left, and when the last parcel has arrived or is given up."""

from datetime import datetime

from core import clock
from core.events import publish
from orders.events import OrderClosed, OrderDelivered, OrderShipped
from orders.models import Order
from orders.operations.saving import derive_fulfillment, save_order
from orders.states import FulfillmentStatus, OrderStatus


def finish_order(order: Order, moment: datetime) -> Order:
    """Inside an operation: derive how far the order is, and end it when nothing is left to do.

    Publishes order.shipped, order.delivered and order.closed, each the first time it is so.
    """
    order.fulfillment_status = derive_fulfillment(order)
    arrived = order.fulfillment_status == FulfillmentStatus.DELIVERED
    over = arrived or order.fulfillment_status == FulfillmentStatus.LOST
    if order.shipped_at is None and (over or order.fulfillment_status == FulfillmentStatus.SHIPPED):
        order.shipped_at = moment
        publish(OrderShipped(order_id=order.pk))
    if arrived and order.delivered_at is None:
        order.delivered_at = moment
        publish(OrderDelivered(order_id=order.pk))
    if over and order.status == OrderStatus.OPEN:
        order.become(OrderStatus.CLOSED)
        order.closed_at = clock.now()
        publish(OrderClosed(order_id=order.pk))
    return save_order(
        order, "fulfillment_status", "shipped_at", "delivered_at", "status", "closed_at"
    )
