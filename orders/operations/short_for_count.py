"""A count has found fewer than are promised: decide which orders go short."""

from dataclasses import dataclass

from core.operations import lock, operation
from inventory.models import Allocation, CountLine, StockCount, StockLevel
from inventory.operations.stock.allocate import allocate_lines
from inventory.operations.stock.booking import lock_levels
from inventory.operations.stock.deallocate import deallocate_units
from inventory.operations.stock.post_count import HOLDER
from inventory.states import CountStatus
from orders.errors import NotShortByCount, StillBeingPicked
from orders.models import FulfillmentLine, FulfillmentOrder, Order, OrderLine
from orders.operations.exceptions import raise_exception
from orders.operations.fulfillment.drop import drop_units
from orders.operations.saving import derive_fulfillment, is_open, save_order
from orders.states import ExceptionKind, FulfillmentOrderStatus

DECIDABLE = (CountStatus.RECOUNT, CountStatus.REVIEW)  # counted twice: it is so


@dataclass(frozen=True)
class Missing:
    """Promised units of one line of a count that are not there."""

    line: CountLine
    units: int


def missing_of(count: StockCount) -> list[Missing]:
    """Where fewer were counted than are promised, and nothing was decided yet. Reads only."""
    if count.status not in DECIDABLE:
        return []
    wrong = CountLine.objects.filter(count=count, live=True).wrong()
    lines = list(wrong.select_related("level__sku", "level__warehouse").order_by("id"))
    held = Allocation.objects.filter(holder_kind=HOLDER, holder_id__in=[one.pk for one in lines])
    kept = dict(held.values_list("holder_id", "units"))
    missing = [
        Missing(
            line,
            line.level.allocated - kept.get(line.pk, 0) - line.level.on_hand - line.variance,
        )
        for line in lines
    ]
    return [one for one in missing if one.units > 0]


@operation(permission="orders.short_for_count")
def short_for_count(count_id: int) -> list[Order]:
    """Take promises of what a count has not found back, those of the latest first.

    Their orders are short of it and look for other stock; the count keeps the units till it is
    posted, so that nobody else is promised them. What a picker is at is left to the picker.
    Raises NotShortByCount when nothing is missing, StillBeingPicked when the rest is in pickers'
    hands; then nothing has changed.
    """
    count = lock(StockCount, count_id)
    _lock_ahead(missing_of(count))
    missing = missing_of(count)  # anew: somebody may have cancelled meanwhile
    if not missing:
        raise NotShortByCount(number=count.number)
    short: dict[int, Order] = {}
    for one in missing:
        for order in _give_way(one):
            short[order.pk] = order
    return list(short.values())


def _lock_ahead(missing: list[Missing]) -> None:
    """Lock all orders that may give way, then all levels, as whoever cancels or ships them does."""
    levels = [one.line.level for one in missing]
    promises = Allocation.objects.filter(level__in=levels, holder_kind="order_line")
    lines = OrderLine.objects.filter(pk__in=promises.values("holder_id"))
    orders = Order.objects.filter(pk__in=lines.values("order")).order_by("pk")
    list(orders.select_for_update(no_key=True, of=("self",)).values_list("pk"))
    lock_levels([level.sku_id for level in levels], {level.warehouse_id for level in levels})


def _give_way(missing: Missing) -> list[Order]:
    left, orders = missing.units, []
    level, sku = missing.line.level, missing.line.level.sku
    promises = Allocation.objects.filter(level=level, holder_kind="order_line").order_by("-id")
    for line_id in list(promises.values_list("holder_id", flat=True)):
        if not left:
            break
        order = lock(Order, OrderLine.objects.values_list("order_id", flat=True).get(pk=line_id))
        if not is_open(order):
            continue
        taken = _take(order, line_id, level, left)
        if not taken:
            continue
        left -= taken
        orders.append(order)
        deallocate_units(
            "order_line", line_id, taken, "counted fewer", warehouse_id=level.warehouse_id
        )
        raise_exception(
            ExceptionKind.OVERSOLD,
            order_id=order.pk,
            key=f"order {order.pk}",
            sentence=f"{taken} of {sku} that were promised were not there when {level.warehouse}"
            " was counted.",
            facts={"sku": str(sku), "units": taken, "count": f"CC-{missing.line.count_id}"},
            fix="Stock that is free elsewhere is promised by itself; else cancel the units.",
            severity=3,
        )
        order.fulfillment_status = derive_fulfillment(order)
        save_order(order, "fulfillment_status")
    if left:
        raise StillBeingPicked(sku=sku.code, units=left)
    allocate_lines(
        [(missing.line.pk, level.sku_id, missing.units)],
        holder_kind=HOLDER,
        warehouse_ids=[level.warehouse_id],
    )
    return orders


def _take(order: Order, line_id: int, level: StockLevel, most: int) -> int:
    """Make the order line short of up to `most` units; return how many."""
    held = Allocation.objects.filter(level=level, holder_kind="order_line", holder_id=line_id)
    promised = held.values_list("units", flat=True).first() or 0
    work = FulfillmentLine.objects.filter(
        order_line=line_id, fulfillment__warehouse=level.warehouse_id
    ).select_related("fulfillment")
    given = list(work.exclude(fulfillment__status=FulfillmentOrderStatus.CANCELLED).order_by("-id"))
    gone = (FulfillmentOrderStatus.SHIPPED, FulfillmentOrderStatus.DELIVERED,
            FulfillmentOrderStatus.LOST)  # fmt: skip
    released = sum(line.units for line in given if line.fulfillment.status not in gone)
    taken = min(most, max(promised - released, 0))
    if taken:
        sold = OrderLine.objects.get(pk=line_id)
        sold.units_short += taken
        sold.save(update_fields=["units_short"])
    for line in given:
        if line.fulfillment.status == FulfillmentOrderStatus.OPEN and taken < most:
            row = lock(FulfillmentOrder, line.fulfillment_id)
            if row.status != FulfillmentOrderStatus.OPEN:
                continue
            units = min(most - taken, line.units)
            drop_units(row, line, units)
            taken += units
    return taken
