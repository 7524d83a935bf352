"""Correct by hand what the count says; never a receipt."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import F, Func, Sum
from django.db.models.functions import Now

from core import clock
from core.actor import current_actor
from core.approvals import approved_by, ask_approval
from core.errors import BadValue
from core.events import publish
from core.ids import new_public_id
from core.models import Approval
from core.operations import operation, require_reach
from inventory.errors import StockMoved, UnusuallyMany
from inventory.events import StockChanged
from inventory.models import StockLevel, StockLimit, StockMovement
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
from inventory.operations.stock.limits import own_limit, worth
from inventory.states import (
    ONLY_LESS,
    ONLY_MORE,
    AdjustReason,
    Bucket,
    Counter,
    Movement,
)

LIKELY_UNITS, LIKELY_TIMES = 1_000, 10  # more at once than both is asked about
TOGETHER = timedelta(days=1)  # many small corrections of a SKU by one person are a large one
BY_HAND, AGREED = "person", "approval"  # what the ledger names as their source


@dataclass(frozen=True, kw_only=True)
class AdjustOutcome:
    """The level; corrected, unless a second person was asked instead."""

    level: StockLevel
    approval: Approval | None = None


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
) -> AdjustOutcome:
    """Add `units` (negative: take away) to what is on hand, for a reason.

    Damaged units leave the sellable ones and lie beside them. What is worth more than one's own
    limit, together with what one has corrected of the SKU in a day, waits for a second person
    instead. `expected` on hand makes it a compare-and-set; `key` makes a repeat harmless; `sure`
    books more than is likely. Raises NotThatMuch when more would go than is free, StockMoved when
    `expected` no longer holds, ReferenceUsed for a key of other units, UnusuallyMany unless
    `sure`, BadValue for a reason that goes the other way. Publishes stock.changed.
    """
    require_reach("warehouse", warehouse_id=warehouse_id)
    require_units(units, signed=True)
    if reason not in AdjustReason.values:
        raise BadValue(field="reason", fix=f"Choose one of {', '.join(AdjustReason.values)}.")
    _require_direction(units, AdjustReason(reason))
    level = locked_level(sku_id, warehouse_id)
    if key and booked_before(level, Counter.ON_HAND, key, units):
        return AdjustOutcome(level=level)
    if expected is not None and level.on_hand != expected:
        raise _moved(level, expected)
    if units > max(LIKELY_UNITS, LIKELY_TIMES * level.on_hand) and not sure:
        raise UnusuallyMany(
            field="units", units=units, on_hand=level.on_hand,
            sku=level.sku.code, warehouse=level.warehouse.code,
        )  # fmt: skip
    if units < 0:
        require_free(level, Bucket.ON_HAND, -units)
    given = {"units": units, "reason": str(reason), "note": note, "key": key}
    if (asked := _second_person(level, given)) is not None:
        return AdjustOutcome(level=level, approval=asked)
    _book_adjustment(level, units, AdjustReason(reason), note, key or new_public_id())
    return AdjustOutcome(level=level)


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
) -> AdjustOutcome:
    """Say that there are `units` on hand where `expected` were thought to be.

    Above one's own limit a second person is asked, as for an adjustment. Raises StockMoved when
    something changed in between, NotThatMuch when fewer than are promised, UnusuallyMany when far
    more, unless `sure`.
    """
    require_reach("warehouse", warehouse_id=warehouse_id)
    if not 0 <= units <= MOST_UNITS:
        raise BadValue(field="units", fix="Give a whole number of units, 0 or more.")
    level = locked_level(sku_id, warehouse_id)
    if key and booked_before(level, Counter.ON_HAND, key, None):
        return AdjustOutcome(level=level)
    if level.on_hand != expected:
        raise _moved(level, expected)
    if units == expected:
        return AdjustOutcome(level=level)
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


def _second_person(level: StockLevel, given: dict[str, Any]) -> Approval | None:
    """Ask one when it is worth more than the person corrects alone."""
    user_id = current_actor().user_id
    limit = own_limit(StockLimit, user_id)
    if limit is None or approved_by() is not None:
        return None
    units, reason = given["units"], AdjustReason(given["reason"])
    value = worth({level.sku_id: abs(units) + _corrected_alone(level.sku_id, user_id)})
    if value <= limit:
        return None
    place = level.warehouse
    return ask_approval(
        "inventory.adjust_stock",
        {"sku_id": level.sku_id, "warehouse_id": level.warehouse_id, "sure": True, **given},
        sentence=f"{reason.label}: {units:+,} of {level.sku} in {place}, {value.shown()}",
        facts={
            "sku": level.sku.code,
            "warehouse": place.code,
            "units": units,
            "on_hand": level.on_hand,
            "reason": reason.label,
            "note": given["note"],
            "value": value.as_json(),
            "limit": limit.as_json(),
        },
        permission="inventory.approve_count",
        subject=f"sku:{level.sku_id}",
    )


def _corrected_alone(sku_id: int, user_id: int | None) -> int:
    """Units of a SKU, either way, that the person has corrected of late without a second one."""
    rows = StockMovement.objects.filter(
        source_kind=BY_HAND,
        source_id=user_id,
        level__sku=sku_id,
        counter=Counter.ON_HAND,
        effective_at__gt=clock.now() - TOGETHER,
    )
    return int(rows.aggregate(units=Sum(Func(F("units"), function="abs"), default=0))["units"])


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
) -> None:
    moves = [(level.sku_id, Counter.ON_HAND, units)]
    if reason == AdjustReason.DAMAGE:
        moves.append((level.sku_id, Counter.DAMAGED, -units))
    book(
        level.warehouse_id,
        moves,
        why=Why(kind=Movement.ADJUST, reason=reason, note=note),
        source=Source(
            kind=BY_HAND if approved_by() is None else AGREED,
            id=current_actor().user_id or 0,
            key=key,
        ),
    )
    publish(StockChanged(sku_ids=[level.sku_id], warehouse_id=level.warehouse_id, why=reason.label))
    level.refresh_from_db(fields=["on_hand", "damaged", "updated_at"])
