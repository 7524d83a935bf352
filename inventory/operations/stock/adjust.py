"""Correct by hand what the count says; never a receipt."""

from django.db.models.functions import Now

from core.actor import current_actor
from core.errors import BadValue
from core.events import publish
from core.ids import new_public_id
from core.operations import operation, require_reach
from inventory.errors import StockMoved, UnusuallyMany
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
from inventory.states import (
    ONLY_LESS,
    ONLY_MORE,
    AdjustReason,
    Bucket,
    Counter,
    Movement,
)

LIKELY_UNITS, LIKELY_TIMES = 1_000, 10  # more at once than both is asked about


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
    sure: bool = False,
) -> StockLevel:
    """Add `units` (negative: take away) to what is on hand, for a reason.

    Damaged units leave the sellable ones and lie beside them. `expected` on hand makes it a
    compare-and-set; `key` makes a repeat harmless; `sure` books more than is likely. Raises
    NotThatMuch when more would go than is free, StockMoved when `expected` no longer holds,
    ReferenceUsed for a key of other units, UnusuallyMany unless `sure`, BadValue for a reason
    that goes the other way. Publishes stock.changed.
    """
    require_reach("warehouse", warehouse_id=warehouse_id)
    require_units(units, signed=True)
    if reason not in AdjustReason.values:
        raise BadValue(field="reason", fix=f"Choose one of {', '.join(AdjustReason.values)}.")
    _require_direction(units, AdjustReason(reason))
    level = locked_level(sku_id, warehouse_id)
    if key and booked_before(level, Counter.ON_HAND, key, units):
        return level
    if expected is not None and level.on_hand != expected:
        raise _moved(level, expected)
    if units > max(LIKELY_UNITS, LIKELY_TIMES * level.on_hand) and not sure:
        raise UnusuallyMany(
            field="units", units=units, on_hand=level.on_hand,
            sku=level.sku.code, warehouse=level.warehouse.code,
        )  # fmt: skip
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
    sure: bool = False,
) -> StockLevel:
    """Say that there are `units` on hand where `expected` were thought to be.

    Raises StockMoved when something changed in between, NotThatMuch when fewer than are promised,
    UnusuallyMany when far more, unless `sure`.
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
        sku_id, warehouse_id, units=units - expected, reason=reason, note=note, key=key, sure=sure
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


def _require_direction(units: int, reason: AdjustReason) -> None:
    """What was found is more, what was lost is less; only a count goes both ways."""
    if units < 0 and reason in ONLY_MORE:
        raise BadValue(field="units", fix=f"“{reason.label}” adds units: give a number above 0.")
    if units > 0 and reason in ONLY_LESS:
        fix = f"“{reason.label}” takes units away: give a number below 0, like -{units}."
        raise BadValue(field="units", fix=fix)


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
