"""Packed, handed over, delivered: the steps that end an order."""

from datetime import datetime

from core import clock
from core.events import publish
from core.operations import operation
from inventory.operations.stock.booking import lock_held
from inventory.operations.stock.deallocate import deallocate_units
from inventory.operations.stock.ship import ship_stock
from orders.errors import AlreadyShipped
from orders.events import FulfillmentCancelled, FulfillmentShipped
from orders.models import FulfillmentLine, FulfillmentOrder, OrderLine
from orders.operations.fulfillment.finish import finish_order
from orders.operations.fulfillment.locking import locked, require_free_to_go
from orders.operations.saving import derive_fulfillment, save_order
from orders.ports import part_gone
from orders.states import IN_THE_HOUSE, FulfillmentOrderStatus


@operation(permission="orders.pack_fulfillment")
def finish_packing(fulfillment_id: int) -> FulfillmentOrder:
    """Everything is in its cartons."""
    row, order = locked(fulfillment_id)
    row.become(FulfillmentOrderStatus.PACKED)
    row.packed_at = clock.now()
    row.save(update_fields=["status", "packed_at"])
    save_order(order)
    return row


@operation(permission="orders.ship_fulfillment")
def ship_fulfillment(
    fulfillment_id: int, *, shipped_at: datetime | None = None
) -> FulfillmentOrder:
    """The parcels have left: stock goes out, and the order is shipped when all of it has.

    Raises KeptBack while a hold or a gate stands against the order. Publishes fulfillment.shipped,
    and order.shipped with the last one. A repeat changes nothing.
    """
    row, order = locked(fulfillment_id)
    if row.status == FulfillmentOrderStatus.SHIPPED:
        return row
    require_free_to_go([row.pk])
    row.become(FulfillmentOrderStatus.SHIPPED)
    row.shipped_at = shipped_at or clock.now()
    row.save(update_fields=["status", "shipped_at"])
    lines = list(FulfillmentLine.objects.filter(fulfillment=row).select_related("order_line"))
    for line in lines:
        line.order_line.units_shipped += line.units
        line.order_line.save(update_fields=["units_shipped"])
    finish_order(order, row.shipped_at)
    skus = sorted({line.order_line.sku_id for line in lines if line.order_line.sku_id})
    publish(
        FulfillmentShipped(
            order_id=order.pk, fulfillment_id=row.pk, warehouse_id=row.warehouse_id, sku_ids=skus
        )
    )
    ship_stock(
        [(line.order_line_id, line.units) for line in lines],
        source_kind="fulfillment",
        source_id=row.pk,
        key=f"shipped {row.pk}",
        warehouse_id=row.warehouse_id,
    )
    return row


@operation(permission="orders.deliver_fulfillment")
def deliver_fulfillment(
    fulfillment_id: int, *, delivered_at: datetime | None = None
) -> FulfillmentOrder:
    """All its parcels have arrived; the last one closes the order.

    Publishes order.delivered and order.closed then. A repeat changes nothing.
    """
    row, order = locked(fulfillment_id)
    if row.status == FulfillmentOrderStatus.DELIVERED:
        return row
    row.become(FulfillmentOrderStatus.DELIVERED)
    row.delivered_at = delivered_at or clock.now()
    row.save(update_fields=["status", "delivered_at"])
    finish_order(order, row.delivered_at)
    return row


@operation(permission="orders.cancel_fulfillment")
def cancel_fulfillment(fulfillment_id: int, *, reason: str) -> FulfillmentOrder:
    """Take work back from a warehouse; its units are short again and their promise given back.

    Raises FulfillmentMoveNotAllowed once it has shipped, AlreadyShipped once one of its parcels
    has left. Publishes fulfillment.cancelled.
    """
    row, order = locked(fulfillment_id)
    if row.status in IN_THE_HOUSE and part_gone.answer.has_left(row.pk):
        raise AlreadyShipped(number=order.number)
    row.become(FulfillmentOrderStatus.CANCELLED)
    row.cancelled_at = clock.now()
    row.save(update_fields=["status", "cancelled_at"])
    lines = list(FulfillmentLine.objects.filter(fulfillment=row).order_by("order_line_id"))
    for line in lines:
        sold = OrderLine.objects.get(pk=line.order_line_id)
        sold.units_released -= line.units
        sold.units_short += line.units
        sold.save(update_fields=["units_released", "units_short"])
    order.fulfillment_status = derive_fulfillment(order)
    save_order(order, "fulfillment_status")
    publish(FulfillmentCancelled(order_id=order.pk, fulfillment_id=row.pk))
    lock_held("order_line", [line.order_line_id for line in lines])  # all before the first changes
    for line in lines:
        deallocate_units("order_line", line.order_line_id, line.units, reason or "taken back")
    return row
