"""Take a wrong receipt back: what was scanned too often, or is another article."""

from core.errors import NotThere
from core.events import publish
from core.operations import operation, require_reach
from inventory.events import StockChanged
from inventory.models import StockLevel, StockMovement
from inventory.operations.stock.booking import Source, Why, book, locked_level, require_free
from inventory.states import Bucket, Counter, Movement


@operation(permission="inventory.receive_stock")
def take_back_receipt(warehouse_id: int, *, sku_id: int, key: str) -> StockLevel:
    """Book the units of one receipt (`key`) of a SKU out again, beside it in the ledger.

    Repeating changes nothing. Raises NotThere for a receipt that was never booked there, and
    NotThatMuch when its units are promised or gone already. Publishes stock.changed.
    """
    require_reach("warehouse", warehouse_id=warehouse_id)
    level = locked_level(sku_id, warehouse_id)
    rows = StockMovement.objects.filter(level=level, counter=Counter.ON_HAND)
    booked = rows.filter(kind=Movement.RECEIVE, source_kind="receipt", key=key[:100]).first()
    if booked is None:
        raise NotThere(kind="receipt of this SKU")
    undone = f"undo {booked.key}"[:100]
    if rows.filter(key=undone).exists():
        return level
    require_free(level, Bucket.ON_HAND, booked.units)
    book(
        warehouse_id,
        [(sku_id, Counter.ON_HAND, -booked.units)],
        why=Why(kind=Movement.CORRECT, reason=booked.reason, note="taken back"),
        source=Source(kind="receipt", id=booked.source_id, key=undone),
    )
    publish(StockChanged(sku_ids=[sku_id], warehouse_id=warehouse_id, why="taken back"))
    level.refresh_from_db(fields=["on_hand", "updated_at"])
    return level
