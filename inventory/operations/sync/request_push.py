"""Note that channels may not know the present quantity of some SKUs."""

from collections.abc import Iterable

from core.operations import operation
from core.statements import run_sql


@operation(permission="inventory.push_stock")
def request_push(sku_ids: Iterable[int]) -> list[int]:
    """Mark these SKUs for each connected channel that lists them; return the channels to tell.

    Whoever calls adds the job `inventory.push_stock` for each (`inventory.tasks.stock_changed`).
    """
    wanted = sorted(set(sku_ids))
    if not wanted:
        return []
    return [row["channel_id"] for row in run_sql("inventory/mark_changed", sku_ids=wanted)]
