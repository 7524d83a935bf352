"""Decide, with its reasons, which warehouse sends an order; move the promise when it is another."""

from collections import Counter

from core.decisions import record_decision
from core.events import publish
from core.models import Decision
from core.operations import lock, operation
from inventory.models import Allocation, ChannelWarehouse, StockLevel
from inventory.operations.stock.allocate import allocate_lines
from inventory.operations.stock.booking import lock_levels
from inventory.operations.stock.deallocate import deallocate_stock
from orders.events import OrderPromised
from orders.models import Order, OrderLine
from orders.operations.saving import is_open, save_order
from orders.ports import label_cost
from orders.sourcing import KIND, VERSION, Place, choose
from orders.states import FulfillmentStatus

UNWEIGHED_GRAMS = 500  # a SKU whose weight nobody has entered


@operation(permission="orders.source_order")
def source_order(order_id: int, *, again: bool = False) -> Decision | None:
    """Choose the warehouse for an order that is not released, and store why.

    Moves the promise when another warehouse that has everything is cheaper to send from. Decides
    once, unless `again`; returns None when there is nothing to choose: one warehouse only, units
    short, nothing promised, or decided before. Publishes order.promised when it moves.
    """
    order = lock(Order, order_id)
    subject = f"order:{order.pk}"
    if not is_open(order) or order.fulfillment_status != FulfillmentStatus.NONE:
        return None
    if not again and Decision.objects.filter(kind=KIND, subject=subject).exists():
        return None
    ranks = _ranked(order)
    lines = list(order.lines.exclude(sku=None).select_related("sku").order_by("position"))
    if len(ranks) < 2 or not lines or any(line.units_short for line in lines):
        return None
    places = _places(order, ranks, lines)
    best, sentence = choose(places)
    port = label_cost.answer
    decision = record_decision(
        KIND,
        subject,
        candidates=[place.as_candidate() for place in places if not place.missing],
        rejects=[place.as_reject() for place in places if place.missing],
        chosen=best.code if best else "",
        sentence=sentence,
        policy=VERSION,
        inputs={
            "country": order.country,
            "grams": _grams(lines),
            "units": {line.sku.code: _wanted(line) for line in lines if line.sku},
            "label_cost": f"{port.name} {port.version}",
        },
    )
    if best is not None and not best.promised:
        _move(order, lines, best.warehouse_id)
    return decision


def _ranked(order: Order) -> list[ChannelWarehouse]:
    rows = ChannelWarehouse.objects.filter(channel_id=order.channel_id, warehouse__active=True)
    return list(rows.select_related("warehouse").order_by("rank", "id"))


def _wanted(line: OrderLine) -> int:
    return line.units_wanted - line.units_shipped


def _grams(lines: list[OrderLine]) -> int:
    return sum(
        _wanted(line) * (line.sku.weight_grams or UNWEIGHED_GRAMS) for line in lines if line.sku
    )


def _places(order: Order, ranks: list[ChannelWarehouse], lines: list[OrderLine]) -> list[Place]:
    """Every warehouse of the channel, with its gaps; what the order holds there counts as free."""
    wanted: Counter[int] = Counter()
    for line in lines:
        wanted[line.sku_id or 0] += _wanted(line)
    codes = {line.sku_id: line.sku.code for line in lines if line.sku}
    held = _held(lines)
    levels = StockLevel.objects.filter(
        sku_id__in=wanted, warehouse_id__in=[rank.warehouse_id for rank in ranks]
    )
    free = {
        (level.warehouse_id, level.sku_id): level.on_hand - level.allocated + held[level.pk]
        for level in levels
    }
    full = {level.warehouse_id for level in levels if held[level.pk]}
    grams = _grams(lines)
    return [
        Place(
            warehouse_id=rank.warehouse_id,
            code=rank.warehouse.code,
            name=rank.warehouse.name,
            rank=place,
            missing={
                codes[sku_id]: units - free.get((rank.warehouse_id, sku_id), 0)
                for sku_id, units in wanted.items()
                if units > free.get((rank.warehouse_id, sku_id), 0)
            },
            label=label_cost.answer.estimate(
                warehouse_id=rank.warehouse_id, country=order.country, grams=grams
            ),
            promised=full == {rank.warehouse_id},
        )
        for place, rank in enumerate(ranks, 1)
    ]


def _held(lines: list[OrderLine]) -> Counter[int]:
    """Units that the order's lines hold, by stock level."""
    held: Counter[int] = Counter()
    rows = Allocation.objects.filter(
        holder_kind="order_line", holder_id__in=[line.pk for line in lines]
    )
    for level_id, units in rows.values_list("level_id", "units"):
        held[level_id] += units
    return held


def _move(order: Order, lines: list[OrderLine], warehouse_id: int) -> None:
    """Take the units there and give back those here, all or nothing.

    The rows of both places are locked first, in the order that everybody locks them in. Raises
    OutOfStock when somebody was faster; the promise then stays, and the decision is not stored.
    """
    ids = [line.pk for line in lines]
    skus = sorted({line.sku_id for line in lines if line.sku_id})
    order.warehouse_id = warehouse_id
    save_order(order, "warehouse")
    publish(OrderPromised(order_id=order.pk, warehouse_id=warehouse_id, sku_ids=skus))
    old = Allocation.objects.filter(holder_kind="order_line", holder_id__in=ids)
    places = {warehouse_id, *old.values_list("level__warehouse_id", flat=True)}
    lock_levels(skus, places)
    deallocate_stock("order_line", ids, reason="sent from elsewhere")
    allocate_lines(
        [(line.pk, line.sku_id or 0, _wanted(line)) for line in lines],
        warehouse_ids=[warehouse_id],
    )
