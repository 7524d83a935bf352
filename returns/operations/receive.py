"""Take returned goods in at the warehouse's door."""

from collections.abc import Mapping
from datetime import timedelta

from django.db.models import F, Sum
from django.db.models.functions import Now

from core import clock
from core.errors import BadValue
from core.events import publish
from core.operations import lock, operation
from core.work import open_work
from orders.models import Order
from orders.operations.returned import note_return
from orders.states import ReturnStatus
from returns.errors import UnitsDoNotMatch
from returns.events import ReturnReceived
from returns.models import ReturnAuthorization, ReturnLine, ReturnUnits
from returns.states import RmaStatus

INSPECT_WITHIN = timedelta(days=2)


@operation(permission="returns.receive_return")
def receive_return(rma_id: int, *, units: Mapping[int, int] | None = None) -> ReturnAuthorization:
    """Note what has arrived: return line id -> units; None means all that was announced.

    Units that did not come are free to be returned another time. Raises
    ReturnMoveNotAllowed, UnitsDoNotMatch for more than was announced, BadValue
    when nothing arrived (cancel it instead). Publishes return.received.
    """
    rma = lock(ReturnAuthorization, rma_id)
    rma.become(RmaStatus.RECEIVED)
    lines = list(rma.lines.select_related("order_line").order_by("order_line_id"))
    arrived = _arrived(lines, units)
    for line in lines:
        line.units_received = arrived[line.pk]
        _let_go(line)
    ReturnLine.objects.bulk_update(lines, ["units_received"])
    rma.received_at = clock.now()
    rma.version += 1
    rma.updated_at = Now()
    rma.save(update_fields=["status", "received_at", "version", "updated_at"])
    by_line = {line.order_line_id: line.units_received for line in lines if line.units_received}
    publish(
        ReturnReceived(
            rma_id=rma.pk,
            order_id=rma.order_id,
            warehouse_id=rma.warehouse_id,
            units=sum(by_line.values()),
        )
    )
    note_units(rma.order_id, by_line)
    open_work(
        "returns.inspect",
        f"rma:{rma.pk}",
        title=f"Inspect return {rma.number}",
        url=rma.get_absolute_url(),
        permission="returns.inspect_return",
        due=clock.now() + INSPECT_WITHIN,
        channel_id=rma.channel_id,
        warehouse_id=rma.warehouse_id,
    )
    return rma


def note_units(order_id: int, by_line: Mapping[int, int]) -> None:
    """Tell the order which more units are back; all that shipped: it is returned."""
    order = lock(Order, order_id)
    sent = Sum(F("units_shipped") - F("units_lost"))
    sums = order.lines.aggregate(sent=sent, back=Sum("units_returned"))
    whole = sums["back"] + sum(by_line.values()) >= sums["sent"]
    status = ReturnStatus.RETURNED if whole else ReturnStatus.PARTLY
    note_return(order_id, units_by_line=dict(by_line), status=status)


def _arrived(lines: list[ReturnLine], units: Mapping[int, int] | None) -> dict[int, int]:
    if units is None:
        return {line.pk: line.units for line in lines}
    if set(units) - {line.pk for line in lines}:
        raise BadValue(field="units", fix="name lines of this return.")
    for line in lines:
        given = units.get(line.pk, 0)
        if not 0 <= given <= line.units:
            raise UnitsDoNotMatch(
                field="units", position=line.order_line.position, given=given, wanted=line.units
            )
    if not any(units.values()):
        raise BadValue(field="units", fix="nothing arrived; cancel the return instead.")
    return {line.pk: units.get(line.pk, 0) for line in lines}


def _let_go(line: ReturnLine) -> None:
    """Give back the numbers of units that did not arrive: the highest ones."""
    surplus = line.units - line.units_received
    for run in line.runs.order_by("-first"):
        if surplus <= 0:
            return
        if run.units <= surplus:
            surplus -= run.units
            run.delete()
        else:
            ReturnUnits.objects.filter(pk=run.pk).update(last=run.last - surplus)
            surplus = 0
