"""Count stock where it lies: start, count, submit, count again, cancel."""

from collections.abc import Mapping, Sequence

from django.db.models import QuerySet

from core import clock
from core.actor import current_actor
from core.approvals import ask_approval
from core.errors import BadValue, NotThere
from core.events import publish
from core.models import User
from core.money import Money
from core.operations import lock, operation, require_reach
from core.roles import GRANTS
from inventory.errors import (
    AlreadyCounting,
    CountMoveNotAllowed,
    NotAllCounted,
    NotOnCount,
    ReferenceUsed,
)
from inventory.events import CountCancelled, CountStarted, CountSubmitted
from inventory.models import Bin, CountEntry, CountLine, StockCount, StockLevel, StockLimit
from inventory.operations.stock.booking import MOST_UNITS, ensure_levels, lock_levels
from inventory.operations.stock.limits import own_limit, worth
from inventory.operations.stock.post_count import post, release_held
from inventory.ports import off_the_shelf
from inventory.states import COUNTING, CountStatus, CountWhy

MOST_LINES = 2_000


@operation(permission="inventory.start_count")
def start_count(  # noqa: PLR0913 - a count has these parts
    warehouse_id: int,
    *,
    sku_ids: Sequence[int] = (),
    bin_ids: Sequence[int] = (),
    why: CountWhy = CountWhy.HAND,
    blind: bool = True,
    assigned_to_id: int | None = None,
    note: str = "",
) -> StockCount:
    """Have these SKUs, and all that lies in these bins, counted in a warehouse.

    Nothing is frozen: stock goes on moving. Raises NotThere for what is not in the warehouse,
    AlreadyCounting for a SKU that another open count has, BadValue for nothing or too much to
    count. Publishes count.started.
    """
    require_reach("warehouse", warehouse_id=warehouse_id)
    if len(set(sku_ids)) > MOST_LINES:
        raise BadValue(field="skus", fix=f"Count at most {MOST_LINES:,} SKUs at once.")
    ensure_levels(warehouse_id, list(sku_ids))
    levels = _levels(warehouse_id, sku_ids, bin_ids)
    if not levels:
        raise BadValue(field="skus", fix="Name SKUs, or bins in which something lies.")
    if len(levels) > MOST_LINES:
        raise BadValue(field="bins", fix=f"They hold more than {MOST_LINES:,} SKUs; name fewer.")
    if assigned_to_id is not None and not counters().filter(pk=assigned_to_id).exists():
        raise BadValue(field="assigned_to", fix="Choose somebody who may count.")
    lock_levels([level.sku_id for level in levels], [warehouse_id])  # two would both find it free
    _require_not_counted(levels)
    count = StockCount.objects.create(
        warehouse_id=warehouse_id,
        why=why,
        blind=blind,
        note=note.strip()[:300],
        assigned_to_id=assigned_to_id,
        created_by_id=current_actor().user_id,
        created_at=clock.now(),
    )
    CountLine.objects.bulk_create(CountLine(count=count, level=level) for level in levels)
    publish(CountStarted(stock_count_id=count.pk, warehouse_id=warehouse_id))
    return count


@operation(permission="inventory.count_stock")
def count_units(
    count_id: int, units: Mapping[int, int], *, key: str, extra: bool = False
) -> StockCount:
    """Say how many units (sku id -> units) lie on the shelf; the books of now are kept beside it.

    Counting again replaces it, till the count is submitted. `extra` adds SKUs that nobody
    expected there. `key` makes it happen once: the same again changes nothing, other units
    raise ReferenceUsed. Raises CountMoveNotAllowed, NotOnCount, AlreadyCounting, BadValue.
    """
    if not units or not all(0 <= number <= MOST_UNITS for number in units.values()):
        raise BadValue(field="units", fix="Give a whole number of units, 0 or more.")
    if not key.strip() or len(key) > 60:
        raise BadValue(field="key", fix="Give a key of 1 to 60 characters.")
    count = _counting(count_id)
    ensure_levels(count.warehouse_id, list(units))
    lock_levels(units, [count.warehouse_id])  # what they say now is what was counted against
    levels = StockLevel.objects.filter(warehouse=count.warehouse_id, sku__in=units)
    taken = off_the_shelf.answer.units(count.warehouse_id, list(units))
    for level in levels.select_related("sku").order_by("sku_id"):
        line = _line(count, level, extra=extra)
        if not _counted_before(line, level, units[level.sku_id], key):
            _note(line, level, units[level.sku_id], key=key, off=taken.get(level.sku_id, 0))
    count.save(update_fields=["updated_at"])
    return count


def _counted_before(line: CountLine, level: StockLevel, units: int, key: str) -> bool:
    known = CountEntry.objects.filter(line=line, key=key).first()
    if known is not None and known.counted != units:
        raise ReferenceUsed(
            field="key", reference=key, sku=level.sku.code, booked=known.counted, units=units
        )
    return known is not None


def _note(line: CountLine, level: StockLevel, units: int, *, key: str, off: int) -> None:
    line.off_shelf = min(off, level.on_hand)
    line.expected = level.on_hand - line.off_shelf
    line.counted, line.tries = units, line.tries + 1
    line.counted_by_id, line.counted_at = current_actor().user_id, clock.now()
    line.save()
    CountEntry.objects.create(
        line=line, counted=units, expected=line.expected, key=key,
        actor=current_actor().name, counted_at=line.counted_at,
    )  # fmt: skip


@operation(permission="inventory.count_stock")
def submit_count(count_id: int, *, leave_rest: bool = False) -> StockCount:
    """Say that it is counted. What differs is counted once more; what differs then is booked.

    Differences above one's own limit wait for a second person instead. `leave_rest` leaves what
    is not counted as it is. Raises CountMoveNotAllowed, NotAllCounted, CountedPromised,
    CountOvertaken. Publishes count.submitted, and count.posted with stock.changed.
    """
    count = _counting(count_id)
    lines = count.lines.filter(live=True)
    left = lines.left().count()
    if left and (not leave_rest or left == lines.count()):
        raise NotAllCounted(left=left, number=count.number)
    lines.left().update(live=False)
    count.submitted_at = clock.now()
    unsure = lines if count.status == CountStatus.OPEN else lines.filter(tries=1)
    if wrong := unsure.wrong().update(counted=None):
        _say(count, CountStatus.RECOUNT, f"{_skus(wrong)} to count again")
        return count
    differing = list(count.lines.wrong().select_related("level"))
    value = worth({line.level.sku_id: line.variance for line in differing})
    limit = own_limit(StockLimit, current_actor().user_id)
    if limit is None or value <= limit:
        return post(count)
    _say(count, CountStatus.REVIEW, f"{value.shown()} of differences wait for a second person")
    _ask(count, differing, value=value, limit=limit)
    return count


@operation(permission="inventory.count_stock")
def recount(count_id: int) -> StockCount:
    """A second person has not agreed: what differs is counted once more. Harmless to repeat.

    Publishes count.submitted.
    """
    count = lock(StockCount, count_id)
    if count.status != CountStatus.REVIEW:
        return count
    wrong = count.lines.filter(live=True).wrong().update(counted=None)  # entries keep what it was
    _say(count, CountStatus.RECOUNT, f"not agreed to, {_skus(wrong)} to count again")
    return count


@operation(permission="inventory.cancel_count")
def cancel_count(count_id: int, *, reason: str) -> StockCount:
    """Call it off; stock stays as it is. Raises CountMoveNotAllowed, BadValue without a reason.

    Publishes count.cancelled.
    """
    count = lock(StockCount, count_id)
    if not reason.strip():
        raise BadValue(field="reason", fix="Say in a few words why.")
    count.become(CountStatus.CANCELLED)
    count.ended_at, count.end_reason = clock.now(), reason.strip()[:200]
    count.save()
    count.lines.update(live=False)
    release_held(count)
    publish(CountCancelled(stock_count_id=count.pk, reason=count.end_reason))
    return count


def counters() -> QuerySet[User]:
    """People who may count."""
    return User.objects.filter(
        is_active=True, roles__overlap=sorted(GRANTS["inventory.count_stock"])
    )


def _levels(warehouse_id: int, sku_ids: Sequence[int], bin_ids: Sequence[int]) -> list[StockLevel]:
    wanted, there = set(bin_ids), Bin.objects.filter(warehouse=warehouse_id, pk__in=bin_ids)
    if there.count() != len(wanted):
        raise NotThere(kind="bin", field="bins")
    rows = StockLevel.objects.filter(warehouse=warehouse_id).select_related("sku")
    named = rows.filter(sku__in=sku_ids) | rows.filter(bin__in=wanted)
    return list(named.order_by("sku_id")[: MOST_LINES + 1])


def _require_not_counted(levels: Sequence[StockLevel]) -> None:
    busy = CountLine.objects.filter(level__in=levels, live=True).select_related("level__sku")
    rows = list(busy.order_by("level__sku__code")[:5])
    if rows:
        raise AlreadyCounting(
            field="skus",
            skus=", ".join(row.level.sku.code for row in rows),
            are="is" if len(rows) == 1 else "are",
            counts=", ".join(sorted({f"CC-{row.count_id}" for row in rows})),
        )


def _counting(count_id: int) -> StockCount:
    count = lock(StockCount, count_id)
    if count.status not in COUNTING:
        raise CountMoveNotAllowed(
            number=count.number, status=count.get_status_display().lower(), wanted="counted"
        )
    return count


def _line(count: StockCount, level: StockLevel, *, extra: bool) -> CountLine:
    line = CountLine.objects.filter(count=count, level=level).first()
    if line is not None and line.live:
        return line
    if not extra:
        raise NotOnCount(field="sku", sku=level.sku.code, number=count.number)
    _require_not_counted([level])
    if line is None:
        return CountLine.objects.create(count=count, level=level)
    line.live = True  # it was left out before
    line.save(update_fields=["live"])
    return line


def _skus(number: int) -> str:
    return f"{number:,} SKU{'' if number == 1 else 's'}"


def _say(count: StockCount, status: CountStatus, outcome: str) -> None:
    if status != count.status:
        count.become(status)
    count.save()
    publish(CountSubmitted(stock_count_id=count.pk, outcome=outcome))


def _ask(count: StockCount, differing: Sequence[CountLine], *, value: Money, limit: Money) -> None:
    more = sum(line.variance for line in differing if line.variance > 0)
    fewer = -sum(line.variance for line in differing if line.variance < 0)
    ask_approval(
        "inventory.post_count",
        {"count_id": count.pk},
        sentence=f"Correct stock by {value.shown()} after count {count.number}: "
        f"{more} units more, {fewer} fewer",
        facts={
            "count": count.number,
            "value": value.as_json(),
            "limit": limit.as_json(),
            "skus": len(differing),
            "more": more,
            "fewer": fewer,
        },
        permission="inventory.approve_count",
        subject=f"stock_count:{count.pk}",
    )
