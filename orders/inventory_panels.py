"""What pages of inventory show of orders: those that go short, and those that wait."""

from typing import Any

from core.actor import current_actor
from inventory.models import PurchaseOrder, StockCount
from orders.inbound import hurt_by
from orders.operations.short_for_count import missing_of

SHOWN = 20


def of_purchase(order: PurchaseOrder) -> dict[str, Any]:
    """The oldest orders that wait for what an order to a vendor is to bring."""
    rows = list(hurt_by(order, current_actor())[: SHOWN + 1])
    return {"waiting": rows[:SHOWN], "more": len(rows) > SHOWN}


def of_count(count: StockCount) -> dict[str, Any]:
    """Nothing to show where enough was found."""
    return {
        "count": count,
        "missing": [] if count.hides_books and not _settled(count) else missing_of(count),
        "may_short": current_actor().may("orders.short_for_count"),
    }


def _settled(count: StockCount) -> bool:
    """Whether all is counted: a blind count tells nothing before."""
    return not count.lines.filter(live=True).left().exists()
