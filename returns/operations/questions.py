"""Questions to a second person that nobody can say yes to any more."""

from collections.abc import Callable
from typing import Any

from core.approvals import waiting_on, withdraw_approval
from core.models import Approval
from core.money import Money
from core.operations import lock, operation
from orders.models import Order
from orders.states import FulfillmentStatus, OrderStatus
from returns.amounts import left_to_refund
from returns.models import ReturnAuthorization
from returns.states import RmaStatus
from shipping.models import Parcel
from shipping.states import ParcelState

IN_THE_HOUSE = (FulfillmentStatus.NONE, FulfillmentStatus.RELEASED)


@operation(permission="returns.send_refund")
def drop_unfit(order_id: int) -> int:
    """Take back what waits for a yes on this order and would be refused; return how many.

    Publishes approval.decided for each.
    """
    order = lock(Order, order_id)
    dropped = 0
    for approval in waiting_on(f"order:{order_id}"):
        if why := _unfit(approval, order):
            withdraw_approval(approval.pk, note=why)
            dropped += 1
    return dropped


def _unfit(approval: Approval, order: Order) -> str:
    """Why it would be refused; empty when it still fits."""
    check = CHECKS.get(approval.operation)
    return check(approval.arguments, order) if check else ""


def _cancel(_arguments: dict[str, Any], order: Order) -> str:
    if order.status != OrderStatus.OPEN:
        return f"The order is {order.status}."
    return "" if order.fulfillment_status in IN_THE_HOUSE else "The order has shipped."


def _refund(arguments: dict[str, Any], order: Order) -> str:
    asked, left = arguments["amount"], left_to_refund(order)
    fits = Money.of(asked["amount"], asked["currency"]) <= left
    return "" if fits else f"Only {left.shown()} is left to give back."


def _refund_return(arguments: dict[str, Any], order: Order) -> str:
    rma = ReturnAuthorization.objects.filter(pk=arguments["rma_id"]).first()
    if rma is None or rma.status != RmaStatus.INSPECTED:
        return "The return is settled."
    return "" if left_to_refund(order) else "Nothing is left to give back."


def _refund_lost(arguments: dict[str, Any], _order: Order) -> str:
    parcel = Parcel.objects.filter(pk=arguments["parcel_id"]).first()
    lost = parcel is not None and parcel.state == ParcelState.LOST
    if not lost or parcel.written_off_at is not None:
        return "The parcel is not lost any more, or has been written off."
    return ""


CHECKS: dict[str, Callable[[dict[str, Any], Order], str]] = {
    "orders.cancel_order": _cancel,
    "returns.refund_order": _refund,
    "returns.refund_return": _refund_return,
    "returns.refund_lost": _refund_lost,
}
