"""Announce a return: which units of which lines may come back, and why."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models.functions import Now

from core import clock
from core.errors import BadValue
from core.events import publish
from core.operations import lock, operation
from inventory.models import ChannelWarehouse, Warehouse
from orders.models import Order, OrderLine
from orders.operations.card_numbers import without_card
from orders.operations.returned import note_return
from orders.states import ReturnStatus
from returns.amounts import policy_of
from returns.errors import NothingToReturn, NotReturnable
from returns.events import ReturnRequested
from returns.models import ReturnAuthorization, ReturnLine, ReturnPolicy, ReturnUnits
from returns.numbers import next_number
from returns.operations.approve import approve_return
from returns.states import ReturnReason


@dataclass(frozen=True, kw_only=True)
class ReturnLineIn:
    """Units of one order line that the customer wants to send back."""

    order_line_id: int
    units: int
    reason: str = ReturnReason.UNKNOWN


@operation(permission="returns.request_return")
def request_return(
    order_id: int,
    *,
    lines: Sequence[ReturnLineIn],
    note: str = "",
    warehouse_id: int | None = None,
    approve: bool = False,
) -> ReturnAuthorization:
    """Make an RMA for units that have shipped; `approve` says yes in the same breath.

    The goods go to `warehouse_id`, else to where the order was promised from.
    Raises NothingToReturn, NotReturnable for more units than have shipped and are
    not in a return yet, and what `approve_return` raises. Publishes return.requested.
    """
    order = lock(Order, order_id)
    note = without_card(order.pk, order.number, note, "a return's note")
    wanted = _summed(lines)
    order_lines = {line.pk: line for line in order.lines.filter(pk__in=wanted)}
    policy = policy_of(order.channel_id)
    within, rule = verdict(order, policy, clock.now())
    rma = ReturnAuthorization.objects.create(
        number=next_number("returns_rma_seq", "RMA"),
        order=order,
        channel_id=order.channel_id,
        warehouse_id=_destination(order, warehouse_id),
        note=note[:500],
        rule=rule,
        within_policy=within,
        requested_at=clock.now(),
        updated_at=Now(),
    )
    for pk, ask in wanted.items():
        if pk not in order_lines:
            raise BadValue(field="lines", fix="name lines of this order.")
        _announce(rma, order_lines[pk], ask, order.currency)
    publish(ReturnRequested(rma_id=rma.pk, order_id=order.pk))
    if order.return_status == ReturnStatus.NONE:
        note_return(order.pk, units_by_line={}, status=ReturnStatus.REQUESTED)
    return approve_return(rma.pk) if approve else rma


def verdict(order: Order, policy: ReturnPolicy, now: datetime) -> tuple[bool, str]:
    """Whether the policy takes the goods back now, and the sentence that says so."""
    since, what = next(
        (moment, what)
        for moment, what in (
            (order.delivered_at, "delivery"),
            (order.shipped_at, "shipping"),
            (order.placed_at, "the order"),
        )
        if moment
    )
    days = (clock.day_of(now) - clock.day_of(since)).days
    within = days <= policy.window_days
    place = "within" if within else "past"
    return within, (
        f"Day {days} after {what}: {place} the {policy.window_days} days of “{policy.name}”."
    )


def _summed(lines: Sequence[ReturnLineIn]) -> dict[int, ReturnLineIn]:
    """One entry per order line; two of the same line are added up."""
    wanted: dict[int, ReturnLineIn] = {}
    for ask in lines:
        if ask.units < 1:
            raise BadValue(field="lines", fix="units are at least 1.")
        if ask.reason not in ReturnReason.values:
            raise BadValue(field="lines", fix=f"reason is one of {', '.join(ReturnReason.values)}.")
        before = wanted.get(ask.order_line_id)
        units = ask.units + (before.units if before else 0)
        wanted[ask.order_line_id] = ReturnLineIn(
            order_line_id=ask.order_line_id, units=units, reason=ask.reason
        )
    if not wanted:
        raise NothingToReturn
    return dict(sorted(wanted.items()))


def _destination(order: Order, warehouse_id: int | None) -> int:
    if warehouse_id is not None:
        if not Warehouse.objects.filter(pk=warehouse_id, active=True).exists():
            raise BadValue(field="warehouse", fix="name a warehouse that is open.")
        return warehouse_id
    if order.warehouse_id is not None:
        return int(order.warehouse_id)
    first = ChannelWarehouse.objects.filter(channel_id=order.channel_id).first()
    if first is None:
        raise BadValue(field="warehouse", fix="the channel has no warehouse; name one.")
    return int(first.warehouse_id)


def _announce(rma: ReturnAuthorization, line: OrderLine, ask: ReturnLineIn, currency: str) -> None:
    taken = list(ReturnUnits.objects.filter(order_line=line).order_by("first"))
    returnable = line.units_sent - sum(run.units for run in taken)
    if ask.units > returnable:
        raise NotReturnable(
            field="lines", position=line.position, returnable=max(returnable, 0), units=ask.units
        )
    row = ReturnLine.objects.create(rma=rma, order_line=line, units=ask.units, reason=ask.reason)
    ReturnUnits.objects.bulk_create(
        ReturnUnits(line=row, order_line=line, first=first, last=last, currency=currency)
        for first, last in free_runs(taken, ask.units)
    )


def free_runs(taken: Iterable[ReturnUnits], units: int) -> list[tuple[int, int]]:
    """The lowest `units` unit numbers that no run holds, as (first, last) pairs.

    `taken` are sorted by their first unit.
    """
    runs, start = [], 1
    for first, last in [*((run.first, run.last) for run in taken), (2**31, 2**31)]:
        if units and first > start:
            size = min(units, first - start)
            runs.append((start, start + size - 1))
            units -= size
        start = max(start, last + 1)
    return runs
