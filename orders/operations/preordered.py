"""Preordered units of an order whose time has come, or that are given up."""

from collections.abc import Sequence

from core.events import publish
from inventory.operations.purchasing.preorders import (
    claim_preorders,
    give_back_preorders,
    lock_preordered,
)
from orders.events import OrderPromised
from orders.models import Order, OrderLine

HOLDER = "order_line"


def claim_arrived(
    order: Order, lines: Sequence[OrderLine], *, warehouse_ids: Sequence[int] = ()
) -> int:
    """Promise to these lines of a locked order what has come in for them; return how many units.

    Locks the levels that they wait for and those of `warehouse_ids` as one. Publishes
    order.promised for each warehouse.
    """
    if not lines:
        return 0
    by_id = {line.pk: line for line in lines}
    skus = {line.sku_id for line in lines if line.sku_id}
    lock_preordered(HOLDER, list(by_id), sku_ids=skus, warehouse_ids=warehouse_ids)
    if not any(line.units_preordered for line in lines):
        return 0
    claimed = claim_preorders(HOLDER, list(by_id))
    for (line_id, _), units in claimed.items():
        line = by_id[line_id]
        line.units_short -= units
        line.units_preordered -= units
        line.save(update_fields=["units_short", "units_preordered"])
    for warehouse_id in sorted({place for _, place in claimed}):
        served = {by_id[line_id].sku_id for line_id, place in claimed if place == warehouse_id}
        skus_served = sorted(sku_id for sku_id in served if sku_id)
        publish(OrderPromised(order_id=order.pk, warehouse_id=warehouse_id, sku_ids=skus_served))
    return sum(claimed.values())


def give_up_preordered(line_ids: Sequence[int], *, reason: str) -> None:
    """Let others preorder what these lines waited for; the lines do not count it any more."""
    lock_preordered(HOLDER, line_ids)
    give_back_preorders(HOLDER, line_ids, reason=reason)
