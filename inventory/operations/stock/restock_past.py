"""Take units back in that came back in the past: many at once, each booked once."""

from collections.abc import Sequence
from datetime import datetime

from core.actor import current_actor
from core.operations import operation
from core.statements import run_sql
from inventory.operations.catalog.archive import use_again
from inventory.operations.stock.booking import make_levels


@operation(permission="inventory.restock")
def restock_past(
    warehouse_id: int, rows: Sequence[tuple[int, int, int, datetime]], *, source_kind: str
) -> int:
    """Put units back for sale: (sku id, source id, units, when) each; return how many moves.

    The level of each SKU exists, for it has shipped from here. What a source has
    brought back of a SKU before is left out. What was archived or merged since is brought back as
    `restock` does.
    """
    goes_to = use_again({row[0] for row in rows})
    make_levels(warehouse_id, list(goes_to.values()))
    rows = [(goes_to.get(row[0], row[0]), *row[1:]) for row in rows]
    booked = run_sql(
        "inventory/restock_past",
        warehouse_id=warehouse_id,
        sku_ids=[row[0] for row in rows],
        source_ids=[row[1] for row in rows],
        units=[row[2] for row in rows],
        moments=[row[3] for row in rows],
        source_kind=source_kind,
        actor=current_actor().name,
    )
    return len(booked)
