"""Take units back in, and move them between what is for sale and what is set aside."""

from core.actor import current_actor
from core.errors import BadValue
from core.events import publish
from core.operations import operation, outermost, require_reach
from inventory.errors import AboveStockLimit
from inventory.events import StockChanged
from inventory.models import StockLevel, StockLimit
from inventory.operations.catalog.archive import use_again
from inventory.operations.stock.booking import (
    Source,
    Why,
    book,
    booked_before,
    ensure_levels,
    locked_level,
    require_free,
    require_units,
)
from inventory.operations.stock.limits import own_limit, worth
from inventory.states import Bucket, Counter, Movement


@operation(permission="inventory.restock")
def restock(  # noqa: PLR0913 - a return has these parts
    sku_id: int,
    warehouse_id: int,
    units: int,
    *,
    to: Bucket | str,
    source_kind: str,
    source_id: int,
    key: str,
) -> bool:
    """Take `units` that came back in, for sale or aside; False when `key` was booked before.

    One that was archived since is brought back; what was merged is taken in as the SKU that is
    kept. Publishes stock.changed when they are for sale, maybe sku.restored.
    """
    require_reach("warehouse", warehouse_id=warehouse_id)
    require_units(units)
    bucket = _bucket(to, field="to")
    if (goes_to := use_again([sku_id]).get(sku_id, sku_id)) != sku_id:
        sku_id, key = goes_to, f"{key} was {sku_id}"  # both may come back for one source
    ensure_levels(warehouse_id, [sku_id])
    kind = Movement.QUARANTINE if bucket == Bucket.QUARANTINE else Movement.RESTOCK
    booked = book(
        warehouse_id,
        [(sku_id, Counter(bucket), units)],
        why=Why(kind=kind, reason="returned"),
        source=Source(kind=source_kind, id=source_id, key=key),
    )
    if booked and bucket == Bucket.ON_HAND:
        publish(StockChanged(sku_ids=[sku_id], warehouse_id=warehouse_id, why="returned"))
    return bool(booked)


@operation(permission="inventory.move_bucket")
def move_bucket(  # noqa: PLR0913 - a move has these parts
    sku_id: int,
    warehouse_id: int,
    units: int,
    *,
    source: Bucket | str,
    target: Bucket | str | None,
    reason: str,
    key: str,
) -> StockLevel:
    """Move `units` between for sale, quarantine, damaged and display; `target` None scraps them.

    Raises NotThatMuch when the source has fewer free. The same `key` twice changes nothing,
    with other units it raises ReferenceUsed; AboveStockLimit when a person scraps more than
    they may alone. Publishes stock.changed when what is for sale changes.
    """
    require_reach("warehouse", warehouse_id=warehouse_id)
    require_units(units)
    origin = _bucket(source, field="source")
    aim = None if target is None else _bucket(target, field="target")
    if origin == aim:
        raise BadValue(field="target", fix="Choose another bucket than the one they are in.")
    level = locked_level(sku_id, warehouse_id)
    if booked_before(level, origin, key, -units):
        return level
    require_free(level, origin, units)
    if aim is None and outermost():
        _require_within_limit(sku_id, units)
    moves = [(sku_id, Counter(origin), -units)]
    if aim is not None:
        moves.append((sku_id, Counter(aim), units))
    book(
        warehouse_id,
        moves,
        why=Why(kind=Movement.MOVE if aim else Movement.SCRAP, reason=reason),
        source=Source(kind="person", id=current_actor().user_id or 0, key=key),
    )
    if Bucket.ON_HAND in (origin, aim):
        publish(StockChanged(sku_ids=[sku_id], warehouse_id=warehouse_id, why=reason))
    level.refresh_from_db(fields=["on_hand", "quarantine", "damaged", "display", "updated_at"])
    return level


def _require_within_limit(sku_id: int, units: int) -> None:
    value, limit = worth({sku_id: units}), own_limit(StockLimit, current_actor().user_id)
    if limit is not None and value > limit:
        raise AboveStockLimit(field="units", worth=value.shown(), limit=limit.shown())


def _bucket(name: Bucket | str, *, field: str) -> Bucket:
    if name not in Bucket.values:
        raise BadValue(field=field, fix=f"Choose one of {', '.join(Bucket.values)}.")
    return Bucket(name)
