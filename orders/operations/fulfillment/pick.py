"""Picking, as the order sees it."""

from core import clock
from core.actor import current_actor
from core.errors import BadValue, NotThere
from core.ids import new_public_id
from core.operations import operation
from core.statements import run_sql
from inventory.operations.stock.deallocate import deallocate_units
from inventory.operations.stock.restock import move_bucket
from inventory.states import NOT_FOUND, Bucket
from orders.errors import FulfillmentMoveNotAllowed, NotThatManyUnits
from orders.models import FulfillmentLine, FulfillmentOrder
from orders.operations.exceptions import raise_exception
from orders.operations.fulfillment.drop import drop_units
from orders.operations.fulfillment.locking import locked, require_free_to_go
from orders.operations.saving import derive_fulfillment, save_order
from orders.states import ExceptionKind, FulfillmentOrderStatus


@operation(permission="orders.pick_fulfillment")
def start_picking(fulfillment_id: int) -> FulfillmentOrder:
    """Take the work.

    Raises FulfillmentMoveNotAllowed when somebody has, or it was cancelled; KeptBack while a hold
    or a gate that was shut after the release stands against the order.
    """
    row, order = locked(fulfillment_id)
    require_free_to_go([row.pk])
    row.become(FulfillmentOrderStatus.PICKING)
    row.save(update_fields=["status"])
    save_order(order)
    return row


@operation(permission="orders.pick_fulfillment")
def record_pick(fulfillment_id: int, *, line_id: int, units: int = 1) -> None:
    """Note units that were picked of one fulfillment line. Raises NotThatManyUnits for too many."""
    rows = run_sql(
        "orders/record_pick", fulfillment_id=fulfillment_id, line_id=line_id, units=units
    )
    if not rows or rows[0]["warehouse_id"] not in current_actor().ids("warehouse_id"):
        raise NotThere(kind="fulfillment order")
    if rows[0]["done"]:
        return
    row, _ = locked(fulfillment_id)
    _require(row, FulfillmentOrderStatus.PICKING, "picked from")
    line = _line(row, line_id)
    raise NotThatManyUnits(field="units", units=units, left=line.units - line.units_picked)


@operation(permission="orders.pick_fulfillment")
def finish_picking(fulfillment_id: int) -> FulfillmentOrder:
    """All units are picked. Raises NotThatManyUnits while some are missing."""
    row, order = locked(fulfillment_id)
    for line in row.lines.all():
        if line.units_picked < line.units:
            left = line.units - line.units_picked
            raise NotThatManyUnits(field="units", units=line.units_picked, left=left)
    row.become(FulfillmentOrderStatus.PICKED)
    row.picked_at = clock.now()
    row.save(update_fields=["status", "picked_at"])
    save_order(order)
    return row


@operation(permission="orders.pick_fulfillment")
def short_pick(fulfillment_id: int, *, line_id: int, units: int, note: str = "") -> FulfillmentLine:
    """Say that so many units are not where they should be.

    They leave the fulfillment order, their promise is given back, and the order line is short. Till
    somebody has counted they lie in quarantine, so that nobody else is promised what was not
    found; an exception asks for that, and for other stock. Publishes stock.changed.
    """
    row, order = locked(fulfillment_id)
    _require(row, FulfillmentOrderStatus.PICKING, "picked from")
    line = _line(row, line_id)
    left = line.units - line.units_picked
    if not 0 < units <= left:
        raise NotThatManyUnits(field="units", units=units, left=left)
    sold = drop_units(row, line, units)
    raise_exception(
        ExceptionKind.SHORT_PICK,
        order_id=order.pk,
        key=f"line {sold.pk}",
        sentence=f"{units} of {sold.sku} were not found for {row.number}. {note}".strip(),
        facts={"sku": str(sold.sku), "units": units, "fulfillment": row.number},
        fix="Count the bin: they lie in quarantine, and what is found goes back on hand. Stock that"
        " is free elsewhere is promised by itself; else cancel the units.",
        severity=3,
    )
    order.fulfillment_status = derive_fulfillment(order)
    save_order(order, "fulfillment_status")
    deallocate_units("order_line", sold.pk, units, "short pick", warehouse_id=row.warehouse_id)
    move_bucket(
        sold.sku_id or 0,
        row.warehouse_id,
        units,
        source=Bucket.ON_HAND,
        target=Bucket.QUARANTINE,
        reason=NOT_FOUND,
        key=f"short pick {row.pk} {new_public_id()}",
    )
    return line


def _line(row: FulfillmentOrder, line_id: int) -> FulfillmentLine:
    line = row.lines.filter(pk=line_id).first()
    if line is None:
        raise BadValue(field="line", fix=f"{row.number} has no such line.")
    return line


def _require(row: FulfillmentOrder, status: FulfillmentOrderStatus, wanted: str) -> None:
    if row.status != status:
        raise FulfillmentMoveNotAllowed(number=row.number, status=row.status, wanted=wanted)
