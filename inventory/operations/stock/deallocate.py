"""Give promised units back, so that others can be promised them."""

from collections.abc import Sequence

from core import clock
from core.actor import current_actor
from core.operations import operation
from core.statements import run_sql
from inventory.errors import NotPromised
from inventory.operations.stock.booking import lock_held, require_units


@operation(permission="inventory.deallocate_stock")
def deallocate_stock(holder_kind: str, holder_ids: Sequence[int], *, reason: str) -> dict[int, int]:
    """Give back everything that these holders have promised; return holder id -> units.

    Holders that have nothing are left out; so a repeat changes nothing.
    """
    holders = list(dict.fromkeys(holder_ids))  # one that is named twice gives back once
    return _give_back(holder_kind, holders, [None] * len(holders), reason)


@operation(permission="inventory.deallocate_stock")
def deallocate_units(
    holder_kind: str, holder_id: int, units: int, reason: str, *, warehouse_id: int | None = None
) -> None:
    """Give back `units` of one holder, the latest promises first; of one warehouse, if named.

    Raises NotPromised when it has fewer; then nothing has changed.
    """
    require_units(units)
    given = _give_back(holder_kind, [holder_id], [units], reason, warehouse_id).get(holder_id, 0)
    if given < units:
        raise NotPromised(holder=f"{holder_kind} {holder_id}", missing=units - given)


def _give_back(
    holder_kind: str,
    holder_ids: list[int],
    units: Sequence[int | None],
    reason: str,
    warehouse_id: int | None = None,
) -> dict[int, int]:
    lock_held(holder_kind, holder_ids)
    rows = run_sql(
        "inventory/give_back",
        holder_kind=holder_kind,
        holder_ids=holder_ids,
        units=list(units),
        reason=reason[:64],
        warehouse_id=warehouse_id,
        actor=current_actor().name,
        at=clock.now(),
    )
    freed: dict[int, int] = {}
    for row in rows:
        freed[row["holder_id"]] = freed.get(row["holder_id"], 0) + row["units"]
    return freed
