"""What the carrier has lost: it is sent again, or given up."""

from collections.abc import Mapping
from datetime import datetime

from core import clock
from core.events import publish
from core.operations import operation
from orders.errors import MoveNotAllowed, NotThatManyUnits
from orders.events import OrderUnitsLost
from orders.models import FulfillmentOrder, Order, OrderLine
from orders.operations.fill import retry_allocation
from orders.operations.fulfillment.finish import finish_order
from orders.operations.fulfillment.locking import locked
from orders.operations.giving_up import note_cancelled
from orders.operations.saving import is_open, save_order
from orders.states import FulfillmentOrderStatus

REMEDIES = {True: "to be sent again", False: "given up"}


@operation(permission="orders.write_off_units")
def write_off_units(
    fulfillment_id: int,
    *,
    units_by_line: Mapping[int, int],
    again: bool,
    ended: bool,
    delivered_at: datetime | None = None,
) -> Order:
    """Write off shipped units (order line id -> units) that will never arrive.

    `again` asks the warehouses for them once more, else they are cancelled; what the customer
    paid for them is not this operation's business. `ended` says that nothing else of the
    fulfillment order is on its way: it is delivered when something of it arrived
    (`delivered_at`), else lost, and the order ends when nothing is left to do. Raises
    MoveNotAllowed unless the order is open, NotThatManyUnits when more of a line would be lost
    or back than was shipped. Publishes order.units_lost.
    """
    row, order = locked(fulfillment_id)
    if not is_open(order):
        raise MoveNotAllowed(number=order.number, status=order.status, wanted="written off")
    lines = list(OrderLine.objects.filter(order=order, pk__in=units_by_line).order_by("id"))
    if not again:
        note_cancelled(order, units_by_line)
    for line in lines:
        units, left = units_by_line[line.pk], line.units_sent - line.units_returned
        if units > left:
            raise NotThatManyUnits(field=f"lines.{line.position}", units=units, left=left)
        line.units_lost += units
        if again:
            line.units_short += units
        else:
            line.units_cancelled += units
    OrderLine.objects.bulk_update(lines, ["units_lost", "units_short", "units_cancelled"])
    publish(
        OrderUnitsLost(
            order_id=order.pk,
            fulfillment_id=row.pk,
            units=sum(units_by_line.values()),
            remedy=REMEDIES[again],
            sku_ids=sorted({line.sku_id for line in lines if line.sku_id}),
        )
    )
    if ended:
        _end(row, delivered_at)
    if again:
        save_order(order)
        retry_allocation(order.pk)
        order = Order.objects.get(pk=order.pk)
    return finish_order(order, _last_arrival(order))


def _end(row: FulfillmentOrder, delivered_at: datetime | None) -> None:
    arrived = delivered_at is not None
    row.become(FulfillmentOrderStatus.DELIVERED if arrived else FulfillmentOrderStatus.LOST)
    row.delivered_at = delivered_at
    row.save(update_fields=["status", "delivered_at"])


def _last_arrival(order: Order) -> datetime:
    """The order is delivered when the last of what reached its customer did."""
    arrived = FulfillmentOrder.objects.filter(order=order).exclude(delivered_at=None)
    last = arrived.order_by("-delivered_at").values_list("delivered_at", flat=True).first()
    return last or clock.now()
