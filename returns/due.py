"""What is to be captured of an order: what has left, less what has been taken. Reads only."""

from dataclasses import dataclass

from django.db.models import Sum

from core.money import Money
from orders.models import Order, PaymentEvent
from orders.operations.saving import ledger_of
from orders.shares import paid_by_line, share_of_run
from orders.states import PaymentKind
from returns.models import Capture, Refund, ReturnUnits
from returns.states import CAPTURE_OPEN, RefundState


@dataclass(frozen=True)
class Authorized:
    """What a gateway still holds for an order, authorized and not taken."""

    gateway: str
    reference: str
    amount: Money


def due_of(order: Order) -> Money:
    """What the customer owes for what has left and stayed, and has not been taken yet.

    That is the total without the units that have not left, and without returned ones whose
    money was never given back: nobody takes money to send it straight back.
    """
    nothing = Money.zero(order.currency)
    lines = list(order.lines.all())
    if not any(line.units_shipped for line in lines):
        return nothing
    paid = paid_by_line(order, lines)
    due = order.total
    for line in lines:
        if line.units > line.units_sent:
            due = due - share_of_run(
                paid[line.pk], first=line.units_sent + 1, last=line.units, of=line.units
            )
    taken = ledger_of(order)[PaymentKind.CAPTURED] + _promised(order)
    return max(due - _owed_for_returns(order) - taken, nothing)


def _promised(order: Order) -> Money:
    rows = Capture.objects.filter(order=order).committed().order_by()
    return Money(int(rows.aggregate(all=Sum("amount", default=0))["all"]), order.currency)


def _owed_for_returns(order: Order) -> Money:
    """What returned units are worth, less what was or will be given back for them."""
    runs = ReturnUnits.objects.filter(order_line__order=order).exclude(grade="")
    owed = int(runs.aggregate(all=Sum("owed", default=0))["all"])
    given = Refund.objects.filter(order=order).exclude(rma=None)
    given = given.exclude(state=RefundState.WITHDRAWN)
    sums = given.aggregate(all=Sum("amount", default=0), shipping=Sum("shipping", default=0))
    return Money(max(owed - int(sums["all"]) + int(sums["shipping"]), 0), order.currency)


def authorized_of(order: Order) -> list[Authorized]:
    """Per gateway what can be captured now, the most first; none where a capture is open."""
    open_at = Capture.objects.filter(order=order, state__in=CAPTURE_OPEN)
    busy = set(open_at.values_list("gateway", flat=True))
    return [share for share in authorizations(order) if share.gateway not in busy]


def authorizations(order: Order) -> list[Authorized]:
    """Per gateway: authorized, less voided, less captured; the most first, none of nothing."""
    left: dict[str, int] = {}
    refs: dict[str, str] = {}
    for event in PaymentEvent.objects.filter(order=order).order_by("id"):
        event.order = order
        sign = {PaymentKind.AUTHORIZED: 1, PaymentKind.VOIDED: -1, PaymentKind.CAPTURED: -1}
        left[event.gateway] = (
            left.get(event.gateway, 0) + sign.get(PaymentKind(event.kind), 0) * event.amount.minor
        )
        if event.kind == PaymentKind.AUTHORIZED:
            refs[event.gateway] = event.reference
    return [
        Authorized(gateway, refs[gateway], Money(minor, order.currency))
        for gateway, minor in sorted(left.items(), key=lambda item: (-item[1], item[0]))
        if minor > 0 and gateway in refs
    ]
