"""Book what a count has found."""

from core import clock
from core.approvals import approved_by
from core.errors import SecondPersonNeeded
from core.events import publish
from core.operations import lock, operation
from inventory.errors import CountedPromised, CountMoveNotAllowed, CountOvertaken
from inventory.events import CountPosted, StockChanged
from inventory.models import CountLine, StockCount, StockLevel
from inventory.operations.stock.booking import Source, Why, book, lock_levels
from inventory.operations.stock.deallocate import deallocate_stock
from inventory.states import AdjustReason, Counter, CountStatus, Movement

HOLDER = "count_line"  # keeps what is promised and not there, until it is booked out


@operation(permission="inventory.approve_count")
def post_count(count_id: int) -> StockCount:
    """A second person agrees to what was found: book it.

    Nobody is the second person of what they have counted. Raises CountMoveNotAllowed unless it
    waits for one, SecondPersonNeeded, CountedPromised, CountOvertaken. Publishes count.posted,
    stock.changed.
    """
    count = lock(StockCount, count_id)
    if count.status != CountStatus.REVIEW:
        raise CountMoveNotAllowed(
            number=count.number, status=count.get_status_display().lower(), wanted="agreed to"
        )
    second = approved_by()
    if second is None or count.lines.filter(counted_by=second).exists():
        raise SecondPersonNeeded
    return post(count)


def post(count: StockCount) -> StockCount:
    """Inside an operation that has locked the count: book each difference as a change.

    As a change, because stock has moved since it was counted: that is noted, and stays.
    """
    lines = list(count.lines.filter(live=True).exclude(counted=None).select_related("level"))
    lines.sort(key=lambda line: line.level.sku_id)
    lock_levels([line.level.sku_id for line in lines], [count.warehouse_id])
    release_held(count)
    levels = StockLevel.objects.in_bulk([line.level_id for line in lines])
    wrong = [line for line in lines if line.variance]
    for line in lines:
        line.moved = levels[line.level_id].on_hand - (line.expected or 0) - line.off_shelf
        line.live = False
    for line in wrong:
        _require_possible(line, levels[line.level_id])
    if wrong:
        book(
            count.warehouse_id,
            [(line.level.sku_id, Counter.ON_HAND, line.variance) for line in wrong],
            why=Why(kind=Movement.ADJUST, reason=AdjustReason.COUNT, note=count.number),
            source=Source(kind="stock_count", id=count.pk, key=f"count {count.pk}"),
        )
        skus = [line.level.sku_id for line in wrong]
        publish(StockChanged(sku_ids=skus, warehouse_id=count.warehouse_id, why="counted"))
    CountLine.objects.bulk_update(lines, ["moved", "live"])
    count.become(CountStatus.POSTED)
    count.ended_at = clock.now()
    count.save()
    publish(
        CountPosted(
            stock_count_id=count.pk,
            warehouse_id=count.warehouse_id,
            lines=len(lines),
            wrong=len(wrong),
        )
    )
    return count


def release_held(count: StockCount) -> None:
    """Let go of promised units that were taken from orders because they are not there."""
    lines = count.lines.order_by("id").values_list("pk", flat=True)
    deallocate_stock(HOLDER, list(lines), reason="counted")


def _require_possible(line: CountLine, level: StockLevel) -> None:
    after = level.on_hand + line.variance
    if after < 0:
        raise CountOvertaken(sku=level.sku.code, gone=-line.moved, counted=line.counted)
    if after < level.allocated:
        raise CountedPromised(
            sku=level.sku.code,
            counted=line.counted,
            promised=level.allocated,
            units=level.allocated - after,
        )
