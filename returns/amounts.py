"""What is to be given back: the share of each unit, and what the order still holds.

Reads only. The desk's preview and the refund itself ask the same functions, so a
person never sees another amount than the one that is sent.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import F, Q, Sum

from core.money import Money
from orders.models import Order, OrderLine, PaymentEvent
from orders.operations.saving import ledger_of
from orders.shares import paid_by_line, share_of_last, share_of_run
from orders.states import PaymentKind
from returns.models import Refund, ReturnAuthorization, ReturnPolicy, ReturnUnits
from returns.states import RefundState

LOST = (PaymentKind.REFUNDED, PaymentKind.CHARGEBACK)


@dataclass(frozen=True)
class UnitShare:
    """What units first..last of a line give back, and why that much."""

    line: OrderLine
    first: int
    last: int
    grade: str
    percent: int
    paid: Money  # for the whole line, discount off and tax on
    amount: Money


@dataclass(frozen=True)
class Preview:
    """The money of a return, as it would be refunded now."""

    shares: list[UnitShare]
    goods: Money  # owed for units, minus what was given back for them
    shipping: Money
    left: Money  # captured, not given back and not promised
    amount: Money  # what would be sent: goods and shipping, at most what is left
    rules: list[str]


@dataclass(frozen=True)
class GatewayShare:
    """What goes back through one gateway."""

    gateway: str
    captured_ref: str
    amount: Money


def policy_of(channel_id: int) -> ReturnPolicy:
    """The channel's own policy, else the general one."""
    found = ReturnPolicy.objects.filter(Q(channel_id=channel_id) | Q(channel=None)).order_by(
        F("channel_id").asc(nulls_last=True)
    )
    return found.first() or ReturnPolicy(name="General")


def left_by_gateway(order: Order) -> list[GatewayShare]:
    """Per gateway: captured, minus given back, minus promised; most first, never negative."""
    totals: dict[str, int] = {}
    refs: dict[str, str] = {}
    for event in PaymentEvent.objects.filter(order=order).order_by("id"):
        event.order = order
        if event.kind == PaymentKind.CAPTURED:
            totals[event.gateway] = totals.get(event.gateway, 0) + event.amount.minor
            refs[event.gateway] = event.reference
        elif event.kind in LOST:
            totals[event.gateway] = totals.get(event.gateway, 0) - event.amount.minor
    promised = Refund.objects.filter(order=order).committed().order_by()
    for gateway, amount in promised.values_list("gateway").annotate(Sum("amount")):
        totals[gateway] = totals.get(gateway, 0) - int(amount)
    return [
        GatewayShare(gateway, refs.get(gateway, ""), Money(minor, order.currency))
        for gateway, minor in sorted(totals.items(), key=lambda item: (-item[1], item[0]))
    ]


def left_to_refund(order: Order) -> Money:
    """Captured, less given back, less promised; nothing when more went back than came in."""
    left = sum((part.amount for part in left_by_gateway(order)), Money.zero(order.currency))
    return max(left, Money.zero(order.currency))


def captured_of(order: Order) -> Money:
    """What was ever captured for the order, whatever became of it."""
    return ledger_of(order)[PaymentKind.CAPTURED]


def spread_over_gateways(amount: Money, order: Order) -> list[GatewayShare]:
    """Through which gateways `amount` goes back: the fullest first, as few as possible."""
    parts, missing = [], amount
    for share in left_by_gateway(order):
        part = min(missing, share.amount)
        if part.minor > 0:
            parts.append(GatewayShare(share.gateway, share.captured_ref, part))
            missing = missing - part
    return parts


def shares_of(
    order: Order, policy: ReturnPolicy, units: Iterable[tuple[int, int, int, str]]
) -> list[UnitShare]:
    """What units give back: (order line id, first, last, grade) each, by the policy."""
    lines = {line.pk: line for line in order.lines.select_related("sku")}
    paid = paid_by_line(order, lines.values())
    shares = []
    for line_id, first, last, grade in units:
        line, percent = lines[line_id], policy.percent_of(grade)
        price = paid[line_id]
        amount = share_of_run(price, first=first, last=last, of=line.units, percent=percent)
        shares.append(UnitShare(line, first, last, grade, percent, price, amount))
    return shares


def preview_of(rma: ReturnAuthorization) -> Preview:
    """What refunding this return now would give back, with the rule behind each amount."""
    order, policy = rma.order, policy_of(rma.order.channel_id)
    nothing = Money.zero(order.currency)
    runs = list(ReturnUnits.objects.filter(line__rma=rma).exclude(grade="").order_by("id"))
    shares = shares_of(
        order, policy, [(run.order_line_id, run.first, run.last, run.grade) for run in runs]
    )
    given = list(rma.refunds.exclude(state=RefundState.WITHDRAWN))
    goods = sum((run.owed or nothing for run in runs), nothing)
    goods = goods - sum((refund.amount - refund.shipping for refund in given), nothing)
    goods = max(goods, nothing)
    shipping = shipping_owed(order, policy) if runs else nothing
    left = left_to_refund(order)
    rules = rules_of(policy, shares, shipping)
    if not captured_of(order):
        rules.append("Nothing was captured for this order, so there is nothing to give back.")
    elif left < goods + shipping:
        rules.append(f"Limited to {left.shown()}: that is all that is left of what was paid.")
    return Preview(shares, goods, shipping, left, min(goods + shipping, left), rules)


def shipping_owed(order: Order, policy: ReturnPolicy, *, units_more: int = 0) -> Money:
    """Outbound shipping with its tax, once, when every unit that was sold came back.

    `units_more` are units at the desk that are not graded yet.
    """
    nothing = Money.zero(order.currency)
    if not policy.refunds_shipping or _shipping_given(order):
        return nothing
    back = ReturnUnits.objects.filter(order_line__order=order).exclude(grade="")
    units = back.aggregate(units=Sum(F("last") - F("first") + 1, default=0))["units"]
    lines = list(order.lines.all())
    for line in lines:
        line.order = order
    if units + units_more < sum(line.units - line.units_cancelled for line in lines):
        return nothing
    return _shipping_of(order, lines)


def _shipping_given(order: Order) -> bool:
    given = Refund.objects.filter(order=order, shipping__gt=0)
    return given.exclude(state=RefundState.WITHDRAWN).exists()


def _shipping_of(order: Order, lines: list[OrderLine]) -> Money:
    """What was paid for shipping, with the tax that is on no line."""
    nothing = Money.zero(order.currency)
    on_goods = sum((line.tax for line in lines), nothing)
    return max(order.shipping + max(order.tax - on_goods, nothing), nothing)


def owed_for_lost(order: Order, units_by_line: Mapping[int, int]) -> tuple[Money, Money]:
    """(goods, shipping) to give back when units (order line id -> units) never arrive.

    Of each line the last units that were still to come, as for units that are cancelled: returns
    count from the first, so that no unit is paid back twice. Shipping with its tax goes back when
    nothing is left of the order. Together at most what is left of what was paid.
    """
    nothing = Money.zero(order.currency)
    lines = list(order.lines.all())
    paid = paid_by_line(order, lines)
    goods, kept = nothing, 0
    for line in lines:
        lost = units_by_line.get(line.pk, 0)
        kept += line.units - line.units_cancelled - lost
        goods = goods + share_of_last(paid[line.pk], line, lost)
    left = left_to_refund(order)
    goods = min(goods, left)
    if kept or _shipping_given(order):
        return goods, nothing
    return goods, min(_shipping_of(order, lines), left - goods)


def rules_of(policy: ReturnPolicy, shares: list[UnitShare], shipping: Money) -> list[str]:
    """The rule behind a preview, in sentences."""
    rules = [f"Policy “{policy.name}” (version {policy.version})."]
    for percent in sorted({share.percent for share in shares}, reverse=True):
        grades = sorted({share.grade for share in shares if share.percent == percent})
        rules.append(f"Grade {', '.join(grades)}: {percent} % of the price paid for the unit.")
    if shipping:
        rules.append(f"Every unit came back: shipping of {shipping.shown()} is given back too.")
    return rules
