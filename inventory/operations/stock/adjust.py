"""Correct by hand what the count says; never a receipt."""

from django.db.models.functions import Now

from core.actor import current_actor
from core.errors import BadValue
from core.events import publish
from core.ids import new_public_id
from core.operations import operation, require_reach
from inventory.errors import StockMoved
from inventory.events import StockChanged
from inventory.models import StockLevel
from inventory.operations.stock.booking import (
    MOST_UNITS,
    Source,
    Why,
    book,
    booked_before,
    locked_level,
    require_free,
    require_units,
)
from inventory.states import AdjustReason, Bucket, Counter, Movement


@operation(permission="inventory.adjust_stock")
def adjust_stock(  # noqa: PLR0913 - a correction has these parts
    sku_id: int,
    warehouse_id: int,
    *,
    units: int,
    reason: AdjustReason | str,
    note: str = "",
    expected: int | None = None,
    key: str | None = None,
) -> StockLevel:
    """Add `units` (negative: take away) to what is on hand, for a reason.

    Damaged units leave the sellable ones and lie beside them. `expected` on hand makes it a
    compare-and-set; `key` makes a repeat harmless. Raises NotThatMuch when more would go than is
    free, StockMoved when `expected` no longer holds, ReferenceUsed for a key of other units.
    Publishes stock.changed.
    """
    require_reach("warehouse", warehouse_id=warehouse_id)
    require_units(units, signed=True)
    if reason not in AdjustReason.values:
        raise BadValue(field="reason", fix=f"Choose one of {', '.join(AdjustReason.values)}.")
    level = locked_level(sku_id, warehouse_id)
    if key and booked_before(level, Counter.ON_HAND, key, units):
        return level
    if expected is not None and level.on_hand != expected:
        raise _moved(level, expected)
    return _book_adjustment(level, units, AdjustReason(reason), note, key or new_public_id())


@operation(permission="inventory.adjust_stock")
def set_stock(  # noqa: PLR0913 - a count has these parts
    sku_id: int,
    warehouse_id: int,
    *,
    units: int,
    expected: int,
    reason: AdjustReason | str = AdjustReason.COUNT,
    note: str = "",
    key: str | None = None,
) -> StockLevel:
    """Say that there are `units` on hand where `expected` were thought to be.

    Raises StockMoved when something changed in between, NotThatMuch when fewer than are promised.
    """
    require_reach("warehouse", warehouse_id=warehouse_id)
    if not 0 <= units <= MOST_UNITS:
        raise BadValue(field="units", fix="Give a whole number of units, 0 or more.")
    level = locked_level(sku_id, warehouse_id)
    if key and booked_before(level, Counter.ON_HAND, key, None):
        return level
    if level.on_hand != expected:
        raise _moved(level, expected)
    if units == expected:
        return level
    return adjust_stock(
        sku_id, warehouse_id, units=units - expected, reason=reason, note=note, key=key
    )


@operation(permission="inventory.set_safety_stock")
def set_safety_stock(sku_id: int, warehouse_id: int, *, units: int) -> StockLevel:
    """Keep `units` from channels; orders may still take them. Publishes stock.changed."""
    require_reach("warehouse", warehouse_id=warehouse_id)
    if not 0 <= units <= MOST_UNITS:
        raise BadValue(field="units", fix="Give a whole number of units, 0 or more.")
    level = locked_level(sku_id, warehouse_id)
    if level.safety_stock != units:
        level.safety_stock = units
        level.updated_at = Now()
        level.save(update_fields=["safety_stock", "updated_at"])
        publish(StockChanged(sku_ids=[sku_id], warehouse_id=warehouse_id, why="safety stock"))
    return level


def _moved(level: StockLevel, expected: int) -> StockMoved:
    return StockMoved(
        field="expected",
        sku=level.sku.code,
        warehouse=level.warehouse.code,
        actual=level.on_hand,
        expected=expected,
    )


def _book_adjustment(
    level: StockLevel, units: int, reason: AdjustReason, note: str, key: str
) -> StockLevel:
    moves = [(level.sku_id, Counter.ON_HAND, units)]
    if units < 0:
        require_free(level, Bucket.ON_HAND, -units)
    if reason == AdjustReason.DAMAGE:
        if units > 0:
            raise BadValue(field="units", fix="Damage takes units away: give a negative number.")
        moves.append((level.sku_id, Counter.DAMAGED, -units))
    book(
        level.warehouse_id,
        moves,
        why=Why(kind=Movement.ADJUST, reason=reason, note=note),
        source=Source(kind="person", id=current_actor().user_id or 0, key=key),
    )
    publish(StockChanged(sku_ids=[level.sku_id], warehouse_id=level.warehouse_id, why=reason.label))
    level.refresh_from_db(fields=["on_hand", "damaged", "updated_at"])
    return level
