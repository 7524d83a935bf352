"""Stock set by a file: the same movements, limits and second person as corrections by hand."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import F, Func, Sum

from core import clock
from core.actor import current_actor
from core.events import publish
from core.operations import operation
from inventory.events import StockChanged
from inventory.models import Sku, StockLevel, StockLimit, StockMovement, Warehouse
from inventory.operations.exchange.plan import (
    CHANGED,
    UNCHANGED,
    FilePlan,
    Outcome,
    Problem,
    Row,
    repeated,
)
from inventory.operations.purchasing.rates import rate_on
from inventory.operations.stock.adjust import (
    BY_HAND,
    LIKELY_TIMES,
    LIKELY_UNITS,
    TOGETHER,
    adjust_stock,
)
from inventory.operations.stock.booking import Source, Why, book, ensure_levels, lock_levels
from inventory.operations.stock.limits import own_limit
from inventory.states import ONLY_LESS, ONLY_MORE, AdjustReason, Counter, Movement

MOST_ASKED = 200  # second persons do not decide thousands one by one
Key = tuple[int, int]  # sku id, warehouse id


@operation(permission="inventory.import_stock")
def plan_levels(
    rows: Sequence[Row], *, locked: bool = False, reason: str = "count", sure: bool = False
) -> FilePlan:
    """Say which levels the file would set to what.

    `reason` is that of rows without one; `sure` allows unusually many units. `locked`: missing
    levels are made, and all of them stay as they are till the end.
    """
    named = Sku.objects.filter(code__in=[row.values["sku"] for row in rows])
    skus = dict(named.values_list("code", "pk"))
    archived = set(named.exclude(archived_at=None).values_list("code", flat=True))
    seen = Warehouse.objects.visible_to(current_actor()).active()
    places = dict(seen.values_list("code", "pk"))
    plan = FilePlan()
    plan.problems += repeated(
        rows, lambda r: (r.values["sku"], r.values["warehouse"]), "sku",
        "Row {row} sets the same SKU there, too.",
    )  # fmt: skip
    keys: dict[int, Key] = {}
    for row in rows:
        code, place = row.values["sku"], row.values["warehouse"]
        if code not in skus:
            plan.problems.append((row.row, "sku", f"There is no SKU {code}."))
        if code in archived:
            plan.problems.append((row.row, "sku", f"{code} is archived; bring it back first."))
        if place not in places:
            plan.problems.append((row.row, "warehouse", f"There is no warehouse {place}."))
        if code in skus and place in places:
            keys[row.row] = (skus[code], places[place])
    levels = _levels(set(keys.values()), locked=locked)
    for row in rows:
        if row.row in keys:
            _plan_row(plan, row, keys[row.row], levels, (reason, sure))
    plan.settle()
    _ask_second(plan)
    return plan


def _levels(keys: set[Key], *, locked: bool) -> dict[Key, tuple[int, int]]:
    """On hand and promised of each."""
    if locked:
        for place in sorted({place for _, place in keys}):
            ensure_levels(place, [sku_id for sku_id, at in keys if at == place])
        lock_levels({sku_id for sku_id, _ in keys}, {place for _, place in keys})
    found = StockLevel.objects.filter(
        sku_id__in={sku_id for sku_id, _ in keys}, warehouse_id__in={place for _, place in keys}
    )
    return {
        (sku_id, place): (on_hand, promised)
        for sku_id, place, on_hand, promised in found.values_list(
            "sku_id", "warehouse_id", "on_hand", "allocated"
        )
    }


def _plan_row(
    plan: FilePlan, row: Row, key: Key, levels: Mapping[Key, tuple[int, int]],
    usual: tuple[str, bool],
) -> None:  # fmt: skip
    there, promised = levels.get(key, (0, 0))
    units = row.values.get("units", there)
    why = AdjustReason(row.values.get("reason") or usual[0])
    wrong = list(_wrong(row, there, promised, why, sure=usual[1]))
    plan.problems += wrong
    changes = {} if units == there else {"units": (str(there), str(units))}
    what = CHANGED if changes else UNCHANGED
    code = f"{row.values['sku']} in {row.values['warehouse']}"
    plan.outcomes.append(Outcome(row.row, code, what, changes, data=(key, units - there, why)))


def _wrong(row: Row, there: int, promised: int, why: AdjustReason, *, sure: bool) -> list[Problem]:
    units = row.values.get("units", there)
    wrong = []
    expected = row.values.get("expected")
    if expected is not None and expected != there:
        fix = f"{there} are on hand by now, not {expected}; export again, or count again."
        wrong.append((row.row, "expected", fix))
    if units < promised:
        fix = f"{promised} are promised; count them, or give promises back first."
        wrong.append((row.row, "units", fix))
    if units < there and why in ONLY_MORE:
        wrong.append((row.row, "reason", f"“{why.label}” adds units; this takes some away."))
    if units > there and why in ONLY_LESS:
        wrong.append((row.row, "reason", f"“{why.label}” takes units away; this adds some."))
    if units - there > max(LIKELY_UNITS, LIKELY_TIMES * there) and not sure:
        fix = f"{units - there} more than are there is unusually many; say that you are sure."
        wrong.append((row.row, "units", fix))
    return wrong


def _ask_second(plan: FilePlan) -> None:
    """Mark what is worth more than the person corrects alone, as if it were done by hand."""
    user_id = current_actor().user_id
    limit = own_limit(StockLimit, user_id)
    if limit is None:
        return
    changed = [one for one in plan.outcomes if one.what == CHANGED]
    units: dict[int, int] = {}
    for one in changed:
        units[one.data[0][0]] = units.get(one.data[0][0], 0) + abs(one.data[1])
    worth = _worth(units, user_id)
    asking = [one for one in changed if worth.get(one.data[0][0], Decimal(0)) > limit.amount]
    for place, one in enumerate(asking):
        one.asks = True
        if place >= MOST_ASKED:
            fix = f"It needs a second person; send at most {MOST_ASKED} such rows at once."
            plan.problems.append((one.row, "units", fix))
    plan.settle()


def _worth(units: Mapping[int, int], user_id: int | None) -> dict[int, Decimal]:
    """What each SKU's correction is worth, with those of the last day, in company currency."""
    alone = StockMovement.objects.filter(
        source_kind=BY_HAND, source_id=user_id, level__sku__in=list(units),
        counter=Counter.ON_HAND, effective_at__gt=clock.now() - TOGETHER,
    )  # fmt: skip
    before = dict(
        alone.values("level__sku")
        .annotate(n=Sum(Func(F("units"), function="abs")))
        .values_list("level__sku", "n")
    )
    rates: dict[str, Any] = {}
    worth = {}
    skus = Sku.objects.filter(pk__in=list(units)).exclude(unit_cost=None)
    for pk, cost, currency in skus.values_list("pk", "unit_cost", "currency"):
        if currency not in rates:
            rates[currency] = rate_on(currency, clock.today())
        worth[pk] = (cost or 0) * (units[pk] + before.get(pk, 0)) * rates[currency]
    return worth


@operation(permission="inventory.import_stock")
def write_levels(plan: FilePlan, *, batch_id: int, note: str = "") -> None:
    """Book a locked plan; what is above one's limit is asked of a second person instead.

    Publishes stock.changed.
    """
    groups: dict[tuple[int, AdjustReason], list[tuple[int, int]]] = {}
    asking = []
    for one in plan.outcomes:
        (sku_id, place), difference, why = one.data
        if one.asks:
            asking.append(one)
        elif difference:
            groups.setdefault((place, why), []).append((sku_id, difference))
    for (place, why), moves in sorted(groups.items()):
        _book(place, why, moves, batch_id=batch_id, note=note)
    for one in asking:
        (sku_id, place), difference, why = one.data
        adjust_stock(
            sku_id, place, units=difference, reason=why, note=note, sure=True,
            key=f"file {batch_id} row {one.row}",
        )  # fmt: skip


def _book(
    place: int, why: AdjustReason, moves: list[tuple[int, int]], *, batch_id: int, note: str
) -> None:
    booked = [(sku_id, Counter.ON_HAND, units) for sku_id, units in moves]
    if why == AdjustReason.DAMAGE:
        booked += [(sku_id, Counter.DAMAGED, -units) for sku_id, units in moves]
    book(
        place, booked, why=Why(kind=Movement.ADJUST, reason=why, note=note),
        source=Source(
            kind=BY_HAND, id=current_actor().user_id or 0, key=f"file {batch_id}"
        ),
    )  # fmt: skip
    changed = sorted(sku_id for sku_id, _ in moves)
    for start in range(0, len(changed), 1000):
        publish(
            StockChanged(sku_ids=changed[start : start + 1000], warehouse_id=place, why=why.label)
        )
