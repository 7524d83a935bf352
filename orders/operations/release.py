"""The gate between promise and work: an order that is clear goes to its warehouses."""

from collections import defaultdict

from django.db.models import F

from core import clock
from core.events import publish
from core.operations import lock, operation
from inventory.models import Allocation
from orders.errors import MoveNotAllowed, NotReady
from orders.events import OrderReleased
from orders.models import FulfillmentLine, FulfillmentOrder, Order, OrderLine
from orders.operations.saving import derive_fulfillment, save_order
from orders.states import IN_THE_HOUSE, FulfillmentStatus, OrderStatus
from orders.why import BLOCKS_RELEASE, first_code, why_not_shipped


@operation(permission="orders.release_order")
def release_order(order_id: int) -> list[FulfillmentOrder]:
    """Give a clear order to the warehouses that its stock is promised from.

    One fulfillment order for each; what was short and has come in since gets further ones. Raises
    MoveNotAllowed unless the order is open, NotReady (with the codes of all reasons) while a gate,
    a hold or missing stock is in the way. An order that is released already stays as it is.
    Returns all its fulfillment orders. Publishes order.released for each new one.
    """
    order = lock(Order, order_id)
    if order.status != OrderStatus.OPEN:
        raise MoveNotAllowed(number=order.number, status=order.status, wanted="released")
    known = list(FulfillmentOrder.objects.filter(order=order))
    due = _due(order, known)
    if not due and order.fulfillment_status != FulfillmentStatus.NONE:
        return known
    blocks = [reason for reason in why_not_shipped(order) if reason.code in BLOCKS_RELEASE]
    if blocks:
        raise NotReady(
            number=order.number,
            why=" ".join(reason.sentence for reason in blocks),
            reasons=[reason.code for reason in blocks],
        )
    if not due:
        raise NotReady(number=order.number, why="No stock is promised to it.", reasons=["short"])
    made = [
        _hand_over(order, warehouse_id, units, place)
        for place, (warehouse_id, units) in enumerate(sorted(due.items()), len(known) + 1)
    ]
    order.fulfillment_status = derive_fulfillment(order)
    save_order(order, "fulfillment_status")
    for row in made:
        publish(
            OrderReleased(order_id=order.pk, fulfillment_id=row.pk, warehouse_id=row.warehouse_id)
        )
    return [*known, *made]


@operation(permission="orders.release_order")
def note_why(order_id: int) -> Order:
    """Let lists show why an order has not shipped, after a release was refused."""
    order = lock(Order, order_id)
    return order if order.why_code == first_code(order) else save_order(order)


def _due(order: Order, known: list[FulfillmentOrder]) -> dict[int, dict[int, int]]:
    """What is promised and in no warehouse's hands yet: warehouse id -> order line id -> units."""
    found = _promised(order)
    if not known:
        return found
    work = FulfillmentLine.objects.filter(
        fulfillment__order=order, fulfillment__status__in=IN_THE_HOUSE
    )
    for warehouse_id, line_id, units in work.values_list(
        "fulfillment__warehouse", "order_line", "units"
    ):
        found[warehouse_id][line_id] -= units
    left = {
        warehouse_id: {line_id: units for line_id, units in lines.items() if units > 0}
        for warehouse_id, lines in found.items()
    }
    return {warehouse_id: lines for warehouse_id, lines in left.items() if lines}


def _promised(order: Order) -> dict[int, dict[int, int]]:
    """Warehouse id -> order line id -> units promised there."""
    lines = OrderLine.objects.filter(order=order).values("pk")
    rows = Allocation.objects.filter(holder_kind="order_line", holder_id__in=lines)
    found: dict[int, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for warehouse_id, line_id, units in rows.values_list("level__warehouse", "holder_id", "units"):
        found[warehouse_id][line_id] += units
    return found


def _hand_over(
    order: Order, warehouse_id: int, units: dict[int, int], place: int
) -> FulfillmentOrder:
    row = FulfillmentOrder.objects.create(
        number=f"{order.number}-F{place}",
        order=order,
        warehouse_id=warehouse_id,
        ship_by=order.ship_by,
        released_at=clock.now(),
    )
    FulfillmentLine.objects.bulk_create(
        FulfillmentLine(fulfillment=row, order_line_id=line_id, units=number)
        for line_id, number in sorted(units.items())
    )
    for line_id, number in sorted(units.items()):
        line = OrderLine.objects.filter(pk=line_id)
        line.update(units_released=F("units_released") + number)
    return row
