"""Take in units that have arrived."""

from collections.abc import Collection, Mapping

from core.events import publish
from core.operations import operation, require_reach
from inventory.events import StockChanged
from inventory.models import StockLevel
from inventory.operations.stock.booking import (
    Source,
    Why,
    book,
    booked_before,
    ensure_levels,
    require_all_units,
)
from inventory.states import Counter, Movement


@operation(permission="inventory.receive_stock")
def receive_stock(  # noqa: PLR0913 - a receipt has these parts
    warehouse_id: int,
    units: Mapping[int, int],
    *,
    source_kind: str,
    source_id: int,
    key: str,
    reason: str = "",
    bin_ids: Mapping[int, int] | None = None,
) -> dict[int, int]:
    """Take in `units` (sku id -> units, each > 0) for sale; levels are made when missing.

    Returns sku id -> units that were booked: empty when `key` has been booked before.
    `bin_ids` (sku id -> bin id) says where they were put. Raises NotThere for an unknown SKU or
    warehouse, BadValue for units that are none, ReferenceUsed when `key` was booked with other
    units. Publishes stock.changed.
    """
    require_reach("warehouse", warehouse_id=warehouse_id)
    require_all_units(units)
    ensure_levels(warehouse_id, list(units))
    for sku_id, bin_id in (bin_ids or {}).items():
        level = StockLevel.objects.filter(sku_id=sku_id, warehouse_id=warehouse_id)
        level.filter(warehouse__bins=bin_id).update(bin_id=bin_id)
    booked = book(
        warehouse_id,
        [(sku_id, Counter.ON_HAND, number) for sku_id, number in units.items()],
        why=Why(kind=Movement.RECEIVE, reason=reason),
        source=Source(kind=source_kind, id=source_id, key=key),
    )
    _require_same(warehouse_id, key, units, {row["sku_id"] for row in booked})
    if booked:
        skus = sorted(row["sku_id"] for row in booked)
        publish(StockChanged(sku_ids=skus, warehouse_id=warehouse_id, why="received"))
    return {row["sku_id"]: row["on_hand"] for row in booked}


def _require_same(
    warehouse_id: int, key: str, units: Mapping[int, int], booked: Collection[int]
) -> None:
    """What was not booked now was booked before, and then with the same units."""
    levels = StockLevel.objects.filter(warehouse_id=warehouse_id, sku_id__in=set(units) - {*booked})
    for level in levels.select_related("sku"):
        booked_before(level, Counter.ON_HAND, key[:100], units[level.sku_id])
