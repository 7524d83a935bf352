"""Promise units to a holder, so that nobody else is promised them."""

from collections import Counter as Tally
from collections.abc import Mapping, Sequence

from django.db.models import F

from core import clock
from core.actor import current_actor
from core.errors import BadValue
from core.operations import operation, require_reach
from core.statements import run_sql
from inventory.errors import OutOfStock
from inventory.models import Sku, StockLevel
from inventory.operations.stock.booking import require_units

Line = tuple[int, int, int]  # holder id, sku id, units


@operation(permission="inventory.allocate_stock")
def allocate_lines(
    lines: Sequence[Line], *, holder_kind: str = "order_line", warehouse_ids: Sequence[int]
) -> int:
    """Promise the units of all (holder id, sku id, units) lines from one warehouse; return its id.

    The first of `warehouse_ids` that covers them all is taken; lines of one SKU count as their
    sum. Raises OutOfStock when none covers them; then nothing has changed.
    """
    warehouse_id = try_allocate(lines, holder_kind=holder_kind, warehouse_ids=warehouse_ids)
    if warehouse_id is None:
        raise out_of_stock(lines, warehouse_ids)
    return warehouse_id


def try_allocate(
    lines: Sequence[Line], *, holder_kind: str = "order_line", warehouse_ids: Sequence[int]
) -> int | None:
    """Inside an operation: as `allocate_lines`, but None when no warehouse covers them."""
    asked = _asked(lines, holder_kind, warehouse_ids)
    found = run_sql("inventory/allocate", warehouse_ids=list(warehouse_ids), **asked)
    warehouse_id: int | None = found[0]["warehouse_id"]
    return warehouse_id


@operation(permission="inventory.allocate_stock")
def allocate_stock(
    holder_kind: str, holder_id: int, units: Mapping[int, int], *, warehouse_ids: Sequence[int]
) -> dict[int, int]:
    """Promise `units` (sku id -> units, each > 0) from the first warehouse that covers them all.

    `warehouse_ids` are in order of preference. Returns level id -> units. Raises
    OutOfStock when no single warehouse covers them; then nothing has changed.
    """
    for warehouse_id in warehouse_ids:
        require_reach("warehouse", warehouse_id=warehouse_id)
    lines = [(holder_id, sku_id, number) for sku_id, number in units.items()]
    warehouse_id = allocate_lines(lines, holder_kind=holder_kind, warehouse_ids=warehouse_ids)
    levels = StockLevel.objects.filter(warehouse_id=warehouse_id, sku_id__in=units)
    return {pk: units[sku_id] for pk, sku_id in levels.values_list("pk", "sku_id")}


@operation(permission="inventory.allocate_stock")
def allocate_rest(
    lines: Sequence[Line], *, holder_kind: str = "order_line", warehouse_id: int
) -> dict[int, int]:
    """Promise what there is in one warehouse, earlier lines first; return holder id -> units.

    For orders that a marketplace has accepted already: what is missing is the caller's to note.
    """
    asked = _asked(lines, holder_kind, [warehouse_id])
    rows = run_sql("inventory/allocate_rest", warehouse_id=warehouse_id, **asked)
    served: Tally[int] = Tally()
    for row in rows:
        served[row["holder_id"]] += row["units"]
    return dict(served)


def out_of_stock(
    lines: Sequence[Line],
    warehouse_ids: Sequence[int],
    *,
    offered: Mapping[tuple[int, int], int] | None = None,
) -> OutOfStock:
    """What is missing, per SKU, in the warehouse that comes nearest to covering the lines.

    `offered` ((warehouse id, SKU id) -> units) may be had there besides what is in stock.
    """
    wanted: Tally[int] = Tally()
    for _, sku_id, units in lines:
        wanted[sku_id] += units
    levels = StockLevel.objects.filter(warehouse_id__in=warehouse_ids, sku_id__in=wanted)
    free = {
        (warehouse_id, sku_id): units
        for warehouse_id, sku_id, units in levels.annotate(
            free=F("on_hand") - F("allocated")
        ).values_list("warehouse_id", "sku_id", "free")
    }
    for key, more in (offered or {}).items():
        free[key] = free.get(key, 0) + more
    codes = dict(Sku.objects.filter(pk__in=wanted).values_list("pk", "code"))
    gaps = [
        {
            codes.get(sku_id, str(sku_id)): units - free.get((warehouse_id, sku_id), 0)
            for sku_id, units in wanted.items()
            if units > free.get((warehouse_id, sku_id), 0)
        }
        for warehouse_id in warehouse_ids
    ] or [{codes.get(sku_id, str(sku_id)): units for sku_id, units in wanted.items()}]
    missing = min(gaps, key=lambda gap: sum(gap.values()))
    short = ", ".join(f"{units} of {code} missing" for code, units in sorted(missing.items()))
    return OutOfStock(missing=missing, short=short or "it has just been taken")


def _asked(lines: Sequence[Line], holder_kind: str, warehouse_ids: Sequence[int]) -> dict:
    if not lines:
        raise BadValue(field="lines", fix="Name at least one line.")
    for warehouse_id in warehouse_ids:
        require_reach("warehouse", warehouse_id=warehouse_id)
    for _, _, units in lines:
        require_units(units)
    return {
        "holder_kind": holder_kind,
        "holder_ids": [holder_id for holder_id, _, _ in lines],
        "sku_ids": [sku_id for _, sku_id, _ in lines],
        "units": [units for _, _, units in lines],
        "actor": current_actor().name,
        "at": clock.now(),
    }
