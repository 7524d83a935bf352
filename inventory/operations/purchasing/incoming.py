"""`incoming` of stock levels follows what vendors are told to deliver, as ledger movements."""

from collections.abc import Mapping

from inventory.models import PurchaseOrder
from inventory.operations.stock.booking import Source, Why, book, ensure_levels
from inventory.states import Counter, Movement

SOURCE = "purchase_order"


def expect(order: PurchaseOrder, *, key: str) -> None:
    """Book all of the order's units as incoming."""
    units = {line.sku_id: line.units for line in order.lines.all()}
    ensure_levels(order.warehouse_id, list(units))
    _book(order, units, key=key, reason="sent to the vendor")


def expect_no_more(order: PurchaseOrder, units: Mapping[int, int], *, key: str, why: str) -> None:
    """Take what will not come off `incoming`: SKU id -> units."""
    _book(order, {sku_id: -number for sku_id, number in units.items()}, key=key, reason=why)


def _book(order: PurchaseOrder, units: Mapping[int, int], *, key: str, reason: str) -> None:
    moves = [(sku_id, Counter.INCOMING, number) for sku_id, number in units.items() if number]
    if moves:
        book(
            order.warehouse_id,
            moves,
            why=Why(kind=Movement.EXPECT, reason=reason, note=order.number),
            source=Source(kind=SOURCE, id=order.pk, key=key),
        )
