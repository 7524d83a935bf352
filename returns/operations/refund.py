"""Decide that money is given back. The gateway is asked later, by a job."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Sum

from core import clock
from core.actor import current_actor
from core.approvals import approved_by, ask_approval, waiting_on
from core.errors import BadValue
from core.events import publish
from core.models import Approval, ApprovalState
from core.money import Money
from core.operations import lock, operation
from orders.models import Order, PaymentEvent
from orders.operations.card_numbers import without_card
from orders.states import PaymentKind
from returns.amounts import left_to_refund, owed_for_lost, preview_of, spread_over_gateways
from returns.errors import CaptureUnderWay, MoreThanPaid, NothingToRefund, ReturnMoveNotAllowed
from returns.events import RefundRequested
from returns.models import Capture, PaymentGateway, Refund, RefundLimit, ReturnAuthorization
from returns.numbers import next_number
from returns.states import RefundKind, RefundState, RmaStatus
from shipping.operations.write_off import lost_parcel, units_in, write_off_parcel

BY_HAND = "manual"
TOGETHER = timedelta(days=30)  # refunds of one order within it count as one amount


@dataclass(frozen=True, kw_only=True)
class RefundOutcome:
    """The refunds that were made; or the approval of a second person that was asked for."""

    refunds: list[Refund]
    approval: Approval | None = None


@dataclass(frozen=True, kw_only=True)
class _Wanted:
    """An amount to give back, and on what grounds."""

    kind: RefundKind
    amount: Money
    shipping: Money
    reason: str
    rma: ReturnAuthorization | None = None


@operation(permission="returns.refund_return")
def refund_return(rma_id: int, *, reason: str = "") -> RefundOutcome:
    """Give back what the inspected units are worth, as `preview_of` shows it.

    Above the limit it asks for a second person instead. Raises
    ReturnMoveNotAllowed unless it is inspected, NothingToRefund. Publishes
    refund.requested.
    """
    rma = lock(ReturnAuthorization, rma_id)
    if rma.status != RmaStatus.INSPECTED:
        raise ReturnMoveNotAllowed(number=rma.number, status=rma.status, wanted="refunded")
    order = rma.order = lock(Order, rma.order_id)
    money = preview_of(rma)
    if not money.amount:
        raise NothingToRefund(number=rma.number)
    reason = without_card(order.pk, order.number, reason, "a refund's reason")
    goods = min(money.goods, money.amount)
    wanted = _Wanted(
        kind=RefundKind.RETURN,
        amount=money.amount,
        shipping=money.amount - goods,
        reason=reason or f"Return {rma.number}",
        rma=rma,
    )
    arguments = {"rma_id": rma_id, "reason": reason}
    return _give(order, wanted, "returns.refund_return", arguments)


@operation(permission="returns.refund_order")
def refund_order(order_id: int, *, amount: Money | Mapping[str, str], reason: str) -> RefundOutcome:
    """Give an amount back without goods: goodwill, a wrong charge.

    `amount` is Money, or its JSON. Above the limit, alone or with what was given back in the
    last 30 days, it asks for a second person instead. Raises MoreThanPaid, BadValue. Publishes
    refund.requested.
    """
    order = lock(Order, order_id)
    money = _money(amount)
    if money.currency != order.currency or money.minor <= 0:
        raise BadValue(field="amount", fix=f"write an amount above nothing in {order.currency}.")
    if not reason.strip():
        raise BadValue(field="reason", fix="say why.")
    reason = without_card(order.pk, order.number, reason, "a refund's reason")
    left = left_to_refund(order)
    if money > left:
        raise MoreThanPaid(field="amount", amount=money.shown(), left=left.shown())
    wanted = _Wanted(
        kind=RefundKind.GOODWILL,
        amount=money,
        shipping=Money.zero(order.currency),
        reason=reason.strip(),
    )
    arguments = {"order_id": order_id, "amount": money.as_json(), "reason": reason.strip()}
    return _give(order, wanted, "returns.refund_order", arguments)


@operation(permission="returns.refund_order")
def refund_cancelled(order_id: int) -> list[Refund]:
    """Give back all that was captured for a cancelled order; harmless to repeat.

    No second person is asked: no goods have left. Publishes refund.requested.
    """
    order = lock(Order, order_id)
    left = left_to_refund(order)
    if order.status != "cancelled" or not left:
        return []
    nothing = Money.zero(order.currency)
    wanted = _Wanted(
        kind=RefundKind.CANCELLATION, amount=left, shipping=nothing, reason="Order cancelled"
    )
    return _make(order, wanted)


@operation(permission="returns.refund_order")
def refund_lost(parcel_id: int) -> RefundOutcome:
    """Write off a parcel that the carrier has lost, and give back what was paid for its units.

    With the shipping when nothing else of the order is left. Where nothing was taken, there is
    nothing to give back. Above the limit it asks for a second person instead, and the parcel
    waits. Raises NotLost, WrittenOffAlready, CaptureUnderWay. Publishes parcel.written_off and
    refund.requested.
    """
    parcel = lost_parcel(parcel_id)
    order = lock(Order, parcel.fulfillment.order_id)
    if Capture.objects.filter(order=order).committed().exists():
        raise CaptureUnderWay(number=order.number)
    goods, shipping = owed_for_lost(order, units_in(parcel))
    outcome = RefundOutcome(refunds=[])
    if goods + shipping:
        wanted = _Wanted(
            kind=RefundKind.LOST,
            amount=goods + shipping,
            shipping=shipping,
            reason=f"Parcel {parcel.number} was lost",
        )
        outcome = _give(order, wanted, "returns.refund_lost", {"parcel_id": parcel_id})
    if outcome.approval is None:
        write_off_parcel(parcel.pk, again=False)
    return outcome


def over_limit(amount: Money, order: Order) -> Money | None:
    """The limit that `amount` is above, in the company's currency; None when it is not."""
    limit = RefundLimit.objects.filter(pk=1).first()
    if limit is None:
        return None
    company = amount.converted(order.rate, limit.amount.currency)
    return limit.amount if company > limit.amount else None


def _give(
    order: Order, wanted: _Wanted, operation_name: str, arguments: dict[str, Any]
) -> RefundOutcome:
    """Make the refunds; above the limit, a person asks a second one first.

    It counts together with what the order was given back lately without a second person:
    a large amount in small parts is a large amount, whoever gives the parts.
    """
    limit = over_limit(wanted.amount + given_alone(order), order)
    asked_by_person = current_actor().user_id is not None
    if limit is None or not asked_by_person:
        return RefundOutcome(refunds=_make(order, wanted))
    if approved_by() is not None:
        yes = Approval.objects.filter(
            operation=operation_name, arguments=arguments, state=ApprovalState.APPROVED
        )
        return RefundOutcome(refunds=_make(order, wanted, approval=yes.order_by("-id").first()))
    left = left_to_refund(order) - _asked_for(order, arguments)
    if wanted.amount > left:
        raise MoreThanPaid(
            field="amount",
            amount=wanted.amount.shown(),
            left=f"{max(left, Money.zero(order.currency)).shown()}, as more waits for approval,",
        )
    approval = ask_approval(
        operation_name,
        arguments,
        sentence=f"Refund {wanted.amount.shown()} on order {order.number}: {wanted.reason}"[:300],
        facts={
            "order": order.number,
            "amount": wanted.amount.as_json(),
            "limit": limit.as_json(),
            "reason": wanted.reason,
            "return": wanted.rma.number if wanted.rma else None,
        },
        permission="returns.approve_refund",
        subject=f"order:{order.pk}",
    )
    return RefundOutcome(refunds=[], approval=approval)


def given_alone(order: Order) -> Money:
    """What of the order went back in the last days without a second person's approval.

    Also what is in the ledger only, because somebody noted it down.
    """
    since = clock.now() - TOGETHER
    given = Refund.objects.filter(
        order=order, approval=None, historical=False, requested_at__gt=since
    )
    given = given.exclude(kind=RefundKind.CANCELLATION).exclude(state=RefundState.WITHDRAWN)
    ours = Refund.objects.filter(order=order, state=RefundState.DONE).values("gateway_ref")
    noted = PaymentEvent.objects.filter(
        order=order, kind=PaymentKind.REFUNDED, recorded_at__gt=since
    ).exclude(reference__in=ours)
    sums = [rows.aggregate(all=Sum("amount", default=0))["all"] for rows in (given, noted)]
    return Money(int(sum(sums)), order.currency)


def _asked_for(order: Order, arguments: dict[str, Any]) -> Money:
    """What waits for a second person's yes on this order, but for the very same question."""
    asked = waiting_on(f"order:{order.pk}").filter(operation__startswith="returns.")
    amounts = asked.exclude(arguments=arguments).values_list("facts__amount", flat=True)
    return sum((_money(amount) for amount in amounts), Money.zero(order.currency))


def _make(order: Order, wanted: _Wanted, *, approval: Approval | None = None) -> list[Refund]:
    """One refund per gateway, the fullest first; of each, goods come before shipping."""
    refunds = []
    goods = wanted.amount - wanted.shipping
    for part in spread_over_gateways(wanted.amount, order):
        of_goods = min(goods, part.amount)
        goods = goods - of_goods
        refund = Refund(
            number=next_number("returns_refund_seq", "RF"),
            order=order,
            channel_id=order.channel_id,
            rma=wanted.rma,
            kind=wanted.kind,
            currency=order.currency,
            amount=part.amount,
            shipping=part.amount - of_goods,
            company_amount=company_amount(part.amount, order),
            reason=wanted.reason[:200],
            gateway=part.gateway,
            by_hand=goes_by_hand(part.gateway),
            captured_ref=part.captured_ref,
            approval=approval,
            requested_by=current_actor().name,
            requested_at=clock.now(),
        )
        refund.reference = f"refund-{refund.public_id}"
        refund.save()
        refunds.append(refund)
        publish(
            RefundRequested(
                refund_id=refund.pk,
                order_id=order.pk,
                rma_id=wanted.rma.pk if wanted.rma else None,
            )
        )
    return refunds


def company_amount(amount: Money, order: Order) -> Money:
    """The amount in the company's currency, at the order's own rate."""
    return amount.converted(order.rate, order.company_total.currency)


def goes_by_hand(gateway: str) -> bool:
    """Whether a person moves its money: a gateway that we know nothing of, or a manual one."""
    known = PaymentGateway.objects.filter(code=gateway, active=True).first()
    return known is None or known.adapter == BY_HAND


def _money(amount: Money | Mapping[str, str]) -> Money:
    if isinstance(amount, Money):
        return amount
    try:
        return Money.of(amount["amount"], amount["currency"])
    except (KeyError, ValueError) as error:
        raise BadValue(field="amount", fix=str(error)) from error
