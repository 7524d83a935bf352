"""Orders that get no further: given other days, closed with what has come, cancelled."""

from datetime import date
from typing import Any

from core import clock
from core.errors import BadValue, NotThere
from core.events import publish
from core.operations import lock, operation
from inventory.errors import PurchaseMoveNotAllowed, UnitsMissing
from inventory.events import PurchaseCancelled, PurchaseClosed, PurchasePromised
from inventory.models import PurchaseLine, PurchaseOrder
from inventory.operations.catalog import fields
from inventory.operations.purchasing import fields as own
from inventory.operations.purchasing.draft import add_up
from inventory.operations.purchasing.incoming import expect_no_more
from inventory.states import EXPECTED, PurchaseStatus


@operation(permission="inventory.promise_purchase")
def promise_purchase(order_id: int, sku_id: int, *, day: Any, reason: str = "") -> PurchaseLine:
    """Note the day that the vendor now names for a line; the first promised one stays.

    Raises PurchaseMoveNotAllowed unless goods are expected, BadValue. Publishes
    purchase_order.promised.
    """
    order = lock(PurchaseOrder, order_id)
    if order.status not in EXPECTED:
        raise _not_possible(order, "promised for another day")
    line = order.lines.select_related("sku").filter(sku_id=sku_id).first()
    if line is None:
        raise NotThere(kind="line")
    line.promised = _day(order, day)
    line.first_promised = line.first_promised or line.promised
    line.save(update_fields=["promised", "first_promised"])
    add_up(order)
    publish(
        PurchasePromised(
            purchase_order_id=order.pk,
            purchase_line_id=line.pk,
            sku=line.sku.code,
            day=line.promised.isoformat(),
            reason=fields.text(200)("reason", reason) or "no reason given",
        )
    )
    return line


@operation(permission="inventory.close_purchase")
def close_purchase(order_id: int, *, reason: str = "") -> PurchaseOrder:
    """Expect nothing more of an order; what is missing is no longer incoming.

    Without a reason only when no more is missing than the tolerance. Raises UnitsMissing,
    PurchaseMoveNotAllowed. Publishes purchase_order.closed.
    """
    order = lock(PurchaseOrder, order_id)
    if order.status not in EXPECTED:
        raise _not_possible(order, "closed")
    said = fields.text(200)("reason", reason)
    lines = list(order.lines.all())
    missing = sum(line.units_open for line in lines)
    if not said and any(line.units_open > tolerated(order, line) for line in lines):
        raise UnitsMissing(field="reason", number=order.number, units=missing)
    finish(order, reason=said)
    return order


@operation(permission="inventory.cancel_purchase")
def cancel_purchase(order_id: int, *, reason: str) -> PurchaseOrder:
    """Cancel an order of which nothing has come in; its units are no longer incoming.

    Raises PurchaseMoveNotAllowed, BadValue without a reason. Publishes purchase_order.cancelled.
    """
    order = lock(PurchaseOrder, order_id)
    said = fields.text(200, empty=False)("reason", reason)
    was_sent = order.status in EXPECTED
    order.become(PurchaseStatus.CANCELLED)
    if was_sent:
        units = {line.sku_id: line.units_open for line in order.lines.all()}
        expect_no_more(order, units, key=f"order {order.pk} ended", why="order cancelled")
    order.ended_at, order.end_reason, order.expected_on = clock.now(), said, None
    order.save()
    publish(
        PurchaseCancelled(
            purchase_order_id=order.pk, vendor_id=order.vendor_id, number=order.number, reason=said
        )
    )
    return order


def finish(order: PurchaseOrder, *, reason: str) -> None:
    """Close a locked order; what has not come is given up."""
    missing = {line.sku_id: line.units_open for line in order.lines.all() if line.units_open}
    expect_no_more(order, missing, key=f"order {order.pk} ended", why="order closed")
    for sku_id, units in missing.items():
        order.lines.filter(sku_id=sku_id).update(units_missing=units)
    order.become(PurchaseStatus.CLOSED)
    order.ended_at, order.end_reason, order.expected_on = clock.now(), reason, None
    order.save()
    publish(
        PurchaseClosed(
            purchase_order_id=order.pk,
            vendor_id=order.vendor_id,
            number=order.number,
            missing=sum(missing.values()),
            reason=reason,
        )
    )


def tolerated(order: PurchaseOrder, line: PurchaseLine) -> int:
    """How many units too many or too few of a line are nothing to speak of."""
    share = int(line.units * order.tolerance_percent / 100)
    return max(share, order.tolerance_units)


def _day(order: PurchaseOrder, given: Any) -> date:
    day = own.some_day("day", given)
    if order.sent_at and day < clock.day_of(order.sent_at):
        raise BadValue(field="day", fix="Give a day after the order was sent.")
    return day


def _not_possible(order: PurchaseOrder, wanted: str) -> PurchaseMoveNotAllowed:
    status = order.get_status_display().lower()
    return PurchaseMoveNotAllowed(number=order.number, status=status, wanted=wanted)
