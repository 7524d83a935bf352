"""Send promised units away."""

from collections import Counter as Tally
from collections.abc import Sequence

from core import clock
from core.actor import current_actor
from core.errors import BadValue
from core.operations import operation
from core.statements import run_sql
from inventory.errors import NotPromised
from inventory.operations.stock.booking import lock_held, require_units


@operation(permission="inventory.ship_stock")
def ship_stock(
    lines: Sequence[tuple[int, int]],
    *,
    holder_kind: str = "order_line",
    source_kind: str,
    source_id: int,
    key: str,
    warehouse_id: int | None = None,
) -> dict[int, int]:
    """Take (holder id, units) out of the house: on hand and promised go down together.

    `source` and `key` name the shipment ("fulfillment" 7, "shipped"): the same one twice changes
    nothing. `warehouse_id` takes only what is promised from there. Returns holder id -> units that
    have left now. Raises NotPromised when a holder has fewer; then nothing has changed.
    """
    wanted: Tally[int] = Tally()
    for holder_id, units in lines:
        require_units(units)
        wanted[holder_id] += units
    if not wanted:
        raise BadValue(field="lines", fix="Name at least one line.")
    holders = list(wanted)
    lock_held(holder_kind, holders)
    rows = run_sql(
        "inventory/ship",
        holder_kind=holder_kind,
        holder_ids=holders,
        units=[wanted[holder_id] for holder_id in holders],
        source_kind=source_kind,
        source_id=source_id,
        key=key[:80],
        warehouse_id=warehouse_id,
        actor=current_actor().name,
        at=clock.now(),
    )
    for row in rows:
        if row["units"] < row["wanted"]:
            raise NotPromised(
                holder=f"{holder_kind} {row['holder_id']}", missing=row["wanted"] - row["units"]
            )
    return {row["holder_id"]: row["units"] for row in rows}
