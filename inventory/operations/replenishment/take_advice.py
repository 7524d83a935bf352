"""Do what is advised, in one act: orders to vendors and transfers, each choice stored."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from core.actor import current_actor
from core.decisions import record_decisions
from core.errors import BadValue, NotThere
from core.operations import operation, require_reach
from inventory.advice import Advice, advise, pending_units
from inventory.errors import AdviceChanged
from inventory.models import PurchaseOrder, Replenishment, StockLevel, Transfer, Vendor, Warehouse
from inventory.operations.purchasing.draft import LineIn, draft_purchase
from inventory.operations.stock.booking import require_units
from inventory.operations.stock.transfer import request_transfer

POLICY = "move first, then the cheapest 1"


@dataclass(frozen=True, kw_only=True)
class Taken:
    """Units of a level that are to be bought from a vendor, or moved from a warehouse.

    `pending` is what was seen as drafted or requested: with another figure somebody was faster.
    """

    level_id: int
    units: int
    pending: int
    vendor_id: int | None = None
    source_id: int | None = None


@dataclass(kw_only=True)
class AdviceTaken:
    """What was made."""

    orders: list[PurchaseOrder] = field(default_factory=list)
    transfers: list[Transfer] = field(default_factory=list)


@operation(permission="inventory.take_advice")
def take_advice(lines: Sequence[Taken]) -> AdviceTaken:
    """Draft an order per vendor and warehouse, and request a transfer per pair of warehouses.

    All or nothing. Raises BadValue by line, AdviceChanged when somebody has drafted or requested
    some of it meanwhile, OutOfStock when a warehouse has not so much any more, NotThere.
    Publishes purchase_order.drafted, transfer.requested.
    """
    levels = _locked(lines)
    known = {one.row.level_id: one for one in advise(current_actor(), level_ids=list(levels))}
    pending = pending_units({level.sku_id for level in levels.values()})
    buy: dict[tuple[int, int], list[LineIn]] = {}
    move: dict[tuple[int, int], dict[int, int]] = {}
    for place, line in enumerate(lines):
        level = levels[line.level_id]
        require_units(line.units, field=f"lines.{place}.units")
        if pending.get((level.sku_id, level.warehouse_id), 0) != line.pending:
            raise AdviceChanged(sku=level.sku.code, warehouse=level.warehouse.code)
        if (line.vendor_id is None) == (line.source_id is None):
            raise BadValue(field=f"lines.{place}.vendor", fix="Name a vendor or a source.")
        if line.vendor_id is not None:
            wanted = LineIn(sku_id=level.sku_id, units=line.units)
            buy.setdefault((line.vendor_id, level.warehouse_id), []).append(wanted)
        elif line.source_id is not None:
            units = move.setdefault((line.source_id, level.warehouse_id), {})
            units[level.sku_id] = units.get(level.sku_id, 0) + line.units
    _record(lines, levels, known)
    made = AdviceTaken()
    for (vendor_id, place_id), wanted_lines in sorted(buy.items(), key=lambda item: item[0]):
        made.orders.append(draft_purchase(vendor_id, place_id, lines=wanted_lines))
    for (source_id, place_id), units in sorted(move.items()):
        require_reach("warehouse", warehouse_id=source_id)
        made.transfers.append(request_transfer(source_id, place_id, units=units, note="as advised"))
    return made


def _locked(lines: Sequence[Taken]) -> dict[int, StockLevel]:
    """The levels, while nobody else takes advice about them."""
    ids = sorted({line.level_id for line in lines})
    if not ids:
        raise BadValue(field="lines", fix="Name at least one line.")
    rows = Replenishment.objects.filter(level__in=ids).order_by("level_id")
    locked = list(rows.select_for_update(no_key=True, of=("self",)).values_list("level", flat=True))
    levels = StockLevel.objects.select_related("sku", "warehouse").in_bulk(locked)
    for place, line in enumerate(lines):
        if line.level_id not in levels:
            raise BadValue(field=f"lines.{place}.sku", fix="Nothing is forecast for it there.")
        require_reach("warehouse", warehouse_id=levels[line.level_id].warehouse_id)
    return levels


def _record(
    lines: Sequence[Taken], levels: dict[int, StockLevel], known: dict[int, Advice]
) -> None:
    vendors = Vendor.objects.in_bulk({line.vendor_id for line in lines if line.vendor_id})
    places = Warehouse.objects.in_bulk({line.source_id for line in lines if line.source_id})
    parts = []
    for line in lines:
        origin = vendors.get(line.vendor_id or 0) or places.get(line.source_id or 0)
        if origin is None:
            raise NotThere(kind="vendor or warehouse")
        parts.append(_part(line, levels[line.level_id], known.get(line.level_id), origin))
    record_decisions("inventory.advice", policy=POLICY, parts=parts)


def _part(
    line: Taken, level: StockLevel, advice: Advice | None, origin: Vendor | Warehouse
) -> dict[str, Any]:
    """The choice beside what else there was."""
    what = f"{line.units:,} units from {origin}"
    chosen = {"key": "chosen", "label": what, "facts": {"units": line.units}}
    return {
        "subject": f"sku:{level.sku_id}",
        "candidates": [chosen, *(candidates(advice) if advice else [])],
        "chosen": "chosen",
        "sentence": f"{level.sku} for {level.warehouse}: {what}",
        "inputs": {
            "by": origin.code, "pending": line.pending, "on_hand": level.on_hand,
            "allocated": level.allocated, "incoming": level.incoming,
            "needed": advice.needed if advice else None,
        },
    }  # fmt: skip


def candidates(advice: Advice) -> list[dict[str, Any]]:
    """What was advised, and the other offers."""
    found = []
    if advice.move:
        facts: dict[str, Any] = {"units": advice.move.units, "surplus": advice.move.surplus}
        found.append({"key": advice.move.key, "label": f"Move {advice.move.key}", "facts": facts})
    for offer in advice.offers:
        facts = {
            "units": offer.units, "total": offer.total.as_json(), "lead_days": offer.lead_days,
            "price": f"{offer.price.normalize():f} {offer.currency}",
        }  # fmt: skip
        found.append({"key": offer.code, "label": f"Buy from {offer.name}", "facts": facts})
    return found
