"""What becomes of a new order that stock does not cover: preordered, or taken in short."""

from collections import Counter as Tally
from collections.abc import Mapping
from datetime import date

from django.conf import settings

from core import clock
from core.events import publish
from inventory.operations.purchasing.preorders import (
    Preordered,
    allocate_or_preorder,
    preorder_rest,
)
from inventory.operations.stock.allocate import allocate_rest
from inventory.operations.stock.booking import lock_levels
from orders import calendars
from orders.events import OrderPreordered
from orders.models import Order, OrderLine
from orders.operations.exceptions import raise_exception
from orders.operations.saving import save_order
from orders.states import ExceptionKind

NOTHING = Preordered(units={}, day=date.min)
Lines = list[tuple[int, int, int]]  # order line id, SKU id, units


def take_preorder(order_id: int, lines: Lines, warehouses: list[int]) -> bool:
    """Whether one warehouse covers the new order with its stock and open preorder offers.

    The excess is preordered then, and the order is to be shipped when that is expected. Publishes
    order.preordered.
    """
    since = Order.objects.values_list("placed_at", flat=True).get(pk=order_id)
    took = allocate_or_preorder(lines, warehouse_ids=warehouses, since=since)
    if took is None:
        return False
    _note(lines, short=took.units, preordered=took.units)
    if took.units:  # else what was missing came in at this very moment
        _tell(order_id, took)
    order = Order.objects.select_related("channel", "warehouse").get(pk=order_id)
    order.warehouse_id = took.warehouse_id
    if took.units:
        _date(order, took)
    save_order(order, "warehouse", "ship_by", "deliver_by")
    return True


def note_short(
    order_id: int, number: str, lines: Lines, warehouses: list[int], *, offered: bool
) -> None:
    """Promise what there is, warehouse after warehouse in rank; the rest is preordered, or short.

    For what a marketplace has accepted, with its own day to ship by: nothing is refused.
    """
    served, places = _serve(lines, warehouses)
    short = {pk: units - served[pk] for pk, _, units in lines if units > served[pk]}
    rest = [(pk, sku_id, short[pk]) for pk, sku_id, _ in lines if pk in short]
    took = _preorder(order_id, rest, warehouses) if offered and rest else NOTHING
    _note(lines, short=short, preordered=took.units)
    if took.units:
        _tell(order_id, took)
    if warehouses:
        Order.objects.filter(pk=order_id).update(warehouse_id=[*places, *warehouses][0])
    missing = {pk: units - took.units.get(pk, 0) for pk, units in short.items()}
    missing = {pk: units for pk, units in missing.items() if units}
    if not missing:  # none has everything, together they have
        return
    raise_exception(
        ExceptionKind.OVERSOLD,
        order_id=order_id,
        key=f"order {order_id}",
        sentence=f"Order {number} is short of {sum(missing.values())} units that its channel sold.",
        facts={"units_by_line": {str(line_id): units for line_id, units in missing.items()}},
        fix="Receive or transfer stock, or cancel the missing units.",
        severity=3,
    )


def _preorder(order_id: int, lines: Lines, warehouses: list[int]) -> Preordered:
    since = Order.objects.values_list("placed_at", flat=True).get(pk=order_id)
    return preorder_rest(lines, warehouse_ids=warehouses, since=since)


def _serve(lines: Lines, warehouses: list[int]) -> tuple[Tally[int], list[int]]:
    """Line id -> units promised, and the warehouses that gave some."""
    served: Tally[int] = Tally()
    places = []
    lock_levels((sku_id for _, sku_id, _ in lines), warehouses)
    for warehouse_id in warehouses:
        left = [(line, sku, units - served[line]) for line, sku, units in lines]
        left = [row for row in left if row[2]]
        taken = allocate_rest(left, warehouse_id=warehouse_id) if left else {}
        if taken:
            places.append(warehouse_id)
            served.update(taken)
    return served, places


def _note(lines: Lines, *, short: Mapping[int, int], preordered: Mapping[int, int]) -> None:
    """On the lines: units that are not there, and those of them that are preordered."""
    for line_id, _, _ in lines:
        if units := short.get(line_id):
            OrderLine.objects.filter(pk=line_id).update(
                units_short=units, units_preordered=preordered.get(line_id, 0)
            )


def _tell(order_id: int, took: Preordered) -> None:
    units = sum(took.units.values())
    publish(OrderPreordered(order_id=order_id, units=units, day=took.day.isoformat()))


def _date(order: Order, took: Preordered) -> None:
    """To be shipped as soon as the day allows on which the last units are expected.

    That is what the buyer was told, and stays when the vendor is late.
    """
    place = order.warehouse
    ship_by = calendars.ship_by(
        clock.start_of(took.day),
        hours=order.channel.handling_hours,
        country=place.country if place else "",
        time_zone=place.time_zone if place else settings.TIME_ZONE,
    )
    if ship_by > order.ship_by:
        order.ship_by = ship_by
        order.deliver_by = calendars.deliver_by(
            ship_by, service=order.service, country=order.country
        )
