"""On the page of a count: what is promised and was not found."""

from typing import Any

from core.actor import current_actor
from inventory.models import StockCount
from orders.operations.short_for_count import missing_of


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
