"""Pick: make the walk, confirm each scan, say what was not there."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from core import clock
from core.actor import current_actor
from core.errors import NotThere
from core.events import publish
from core.operations import lock, operation, require_reach
from inventory.models import StockLevel, Warehouse
from inventory.operations.catalog.find import units_scanned
from orders.models import FulfillmentLine, FulfillmentOrder
from orders.operations.fulfillment.pick import finish_picking, record_pick, start_picking
from orders.operations.fulfillment.pick import short_pick as short_order
from orders.states import FulfillmentOrderStatus
from shipping.errors import NothingToPick, PickListDone, TooMany, WrongItem, WrongLocation
from shipping.events import PickingFinished, PickingStarted
from shipping.models import PickLine, PickList
from shipping.states import PickState

LIMIT = 20  # totes that fit on a cart


@dataclass(frozen=True)
class Scan:
    """What a scan did: "location" or "item"; the line it was for; whether the walk is over."""

    kind: str
    line: PickLine
    done: bool
    units: int = 0


@operation(permission="shipping.pick_unit")
def make_pick_list(
    warehouse_id: int, *, fulfillment_ids: list[int] | None = None, limit: int = LIMIT
) -> PickList:
    """Start one walk for the most urgent fulfillment orders of a warehouse, in bin order.

    `fulfillment_ids` restricts it to those. Orders that a hold or a gate keeps back wait. Two
    people who ask at once get different orders. Raises NothingToPick. Publishes picking.started.
    """
    require_reach("warehouse", warehouse_id=warehouse_id)
    chosen = list(_to_pick(warehouse_id, fulfillment_ids)[: max(1, min(limit, 100))])
    if not chosen:
        raise NothingToPick(warehouse=Warehouse.objects.get(pk=warehouse_id).code)
    for fulfillment in sorted(chosen, key=lambda row: row.pk):
        start_picking(fulfillment.pk)
    picks = PickList.objects.create(
        warehouse_id=warehouse_id, picker_id=current_actor().user_id, started_at=clock.now()
    )
    PickLine.objects.bulk_create(_walk(picks, chosen))
    publish(
        PickingStarted(
            pick_list_id=picks.pk,
            warehouse_id=warehouse_id,
            fulfillment_ids=[row.pk for row in chosen],
        )
    )
    return picks


def _to_pick(warehouse_id: int, ids: list[int] | None) -> QuerySet[FulfillmentOrder]:
    rows = FulfillmentOrder.objects.free_to_go().filter(
        warehouse=warehouse_id, status=FulfillmentOrderStatus.OPEN
    )
    if ids is not None:
        rows = rows.filter(pk__in=ids)
    # with the order, as upstream locks them; skipping waits for nobody, so nobody deadlocks
    rows = rows.select_related("order").order_by("ship_by", "id")
    return rows.select_for_update(no_key=True, skip_locked=True, of=("self", "order"))


def _walk(picks: PickList, chosen: list[FulfillmentOrder]) -> list[PickLine]:
    """The lines in walking order; SKUs without a bin come last, by code."""
    totes = {row.pk: place for place, row in enumerate(chosen, start=1)}
    lines = list(
        FulfillmentLine.objects.filter(fulfillment__in=totes, units__gt=0).select_related(
            "order_line__sku"
        )
    )
    levels = StockLevel.objects.filter(
        warehouse=picks.warehouse_id, sku__in={line.order_line.sku_id for line in lines}
    )
    bins = {level.sku_id: level.bin for level in levels.select_related("bin")}

    def place(line: Any) -> tuple:
        stop, sku = bins.get(line.order_line.sku_id), line.order_line.sku
        return (stop is None, stop.position if stop else 0, stop.code if stop else "", sku.code,
                totes[line.fulfillment_id])  # fmt: skip

    return [
        PickLine(
            pick_list=picks, position=position, bin=bins.get(line.order_line.sku_id),
            sku_id=line.order_line.sku_id, fulfillment_id=line.fulfillment_id,
            fulfillment_line=line, tote=totes[line.fulfillment_id],
            units=line.units - line.units_picked, units_picked=0,
        )
        for position, line in enumerate(sorted(lines, key=place), start=1)
        if line.units > line.units_picked
    ]  # fmt: skip


@operation(permission="shipping.pick_unit")
def pick_unit(pick_list_id: int, *, barcode: str, units: int = 1) -> Scan:
    """Confirm one scan: first the location of the next line, then its item.

    `barcode` is a bin's code, or a SKU's code or any barcode of it; `units` of
    what was scanned are taken at once, a case is all that is in it. Nothing
    changes when it is the wrong one. Raises WrongLocation, WrongItem, TooMany,
    PickListDone.
    """
    picks, line = _next_line(pick_list_id)
    wanted = line.bin
    if wanted is not None and _same(barcode, wanted.code):
        picks.at_bin = wanted
        picks.save(update_fields=["at_bin"])
        return Scan("location", line, done=False)
    if wanted is not None and picks.at_bin_id != wanted.pk:
        raise WrongLocation(scanned=barcode[:64], wanted=wanted.code, field="barcode")
    each = units_scanned(barcode, [line.sku]).get(line.sku_id)
    if each is None:
        raise WrongItem(
            scanned=barcode[:64], wanted=f"{line.sku.code} {line.sku.title}", field="barcode"
        )
    units *= each
    if not 1 <= units <= line.units_left:
        raise TooMany(units=units, left=line.units_left, field="units")
    line.units_picked += units
    line.save(update_fields=["units_picked"])
    record_pick(line.fulfillment_id, line_id=line.fulfillment_line_id, units=units)
    return Scan("item", line, done=_settle(picks, line.fulfillment_id), units=units)


@operation(permission="shipping.pick_unit")
def short_pick(pick_list_id: int, *, line_id: int, units: int | None = None) -> PickList:
    """Say that `units` of a line are not in their bin; None: all that are left of it.

    Orders then finds other stock or raises an exception. Raises TooMany,
    PickListDone, NotThere.
    """
    picks, _ = _next_line(pick_list_id)
    line = PickLine.objects.select_related("sku").filter(pick_list=picks, pk=line_id).first()
    if line is None:
        raise NotThere(kind="line on this pick list")
    missing = line.units_left if units is None else units
    if not 1 <= missing <= line.units_left:
        raise TooMany(units=missing, left=line.units_left, field="units")
    line.units_dropped += missing
    line.save(update_fields=["units_dropped"])
    short_order(line.fulfillment_id, line_id=line.fulfillment_line_id, units=missing)
    _settle(picks, line.fulfillment_id)
    return picks


def _next_line(pick_list_id: int) -> tuple[PickList, PickLine]:
    """The walk, locked, and the line that comes next."""
    picks = lock(PickList, pick_list_id)
    line = PickLine.objects.left().filter(pick_list=picks).select_related("bin", "sku").first()
    if line is None:
        raise PickListDone(number=picks.number)
    return picks, line


def _settle(picks: PickList, fulfillment_id: int) -> bool:
    """Tell orders of a fulfillment order that is complete; close the walk when all are."""
    rows = PickLine.objects.left().filter(pick_list=picks).order_by()
    left = set(rows.values_list("fulfillment", flat=True).distinct())
    if fulfillment_id not in left and _is_picking(fulfillment_id):
        finish_picking(fulfillment_id)
    return not left and close_if_done(picks)


def close_if_done(picks: PickList) -> bool:
    """Close a locked walk when nothing is left on it; publishes picking.finished then."""
    if PickLine.objects.left().filter(pick_list=picks).exists():
        return False
    picks.state, picks.finished_at = PickState.DONE, clock.now()
    picks.save(update_fields=["state", "finished_at"])
    publish(PickingFinished(pick_list_id=picks.pk, warehouse_id=picks.warehouse_id))
    return True


def _is_picking(fulfillment_id: int) -> bool:
    return FulfillmentOrder.objects.filter(
        pk=fulfillment_id, status=FulfillmentOrderStatus.PICKING
    ).exists()


def _same(scanned: str, code: str | None) -> bool:
    return bool(code) and scanned.strip().casefold() == str(code).casefold()
