"""Decide that an order is to go out; above one's own limit somebody else decides."""

from collections.abc import Mapping
from dataclasses import dataclass

from core import clock
from core.actor import current_actor
from core.approvals import approved_by, ask_approval
from core.errors import BadValue, SecondPersonNeeded
from core.events import publish
from core.models import Approval
from core.money import Money
from core.operations import lock, operation
from inventory.budget_use import Need
from inventory.errors import NothingOrdered, OrderChanged, PurchaseMoveNotAllowed
from inventory.events import PurchaseApproved, PurchaseChanged
from inventory.models import PurchaseLimit, PurchaseOrder
from inventory.operations.purchasing.budgets import needs_decided_alone
from inventory.operations.purchasing.draft import add_up
from inventory.operations.stock.limits import own_limit
from inventory.states import PurchaseStatus


@dataclass(frozen=True, kw_only=True)
class ApprovalOutcome:
    """The order, approved; or the question that a second person now has."""

    order: PurchaseOrder
    approval: Approval | None = None


@operation(permission="inventory.approve_purchase")
def approve_purchase(
    order_id: int, *, expected: Mapping[str, str] | None = None
) -> ApprovalOutcome:
    """Approve a draft within one's own limit and the budget; above either, ask a second person.

    `expected` is the total that was seen, as JSON: another one by now is refused. Nobody is the
    second person of an order that they drafted or asked for. Raises PurchaseMoveNotAllowed,
    NothingOrdered, OrderChanged, SecondPersonNeeded. Publishes purchase_order.approved.
    """
    order = lock(PurchaseOrder, order_id)
    if order.status != PurchaseStatus.DRAFT:
        status = order.get_status_display().lower()
        raise PurchaseMoveNotAllowed(number=order.number, status=status, wanted="approved")
    if not order.lines.exists():
        raise NothingOrdered(number=order.number)
    add_up(order)  # at the rate of the day of the decision
    if expected is not None and dict(expected) != order.total.as_json():
        seen = _seen(expected)
        raise OrderChanged(number=order.number, total=order.total.shown(), expected=seen)
    second = approved_by()
    if second is not None and second == order.created_by_id:
        raise SecondPersonNeeded
    needs = needs_decided_alone(order)
    limit = own_limit(PurchaseLimit, current_actor().user_id)
    over = limit is not None and (
        order.company_total > limit or any(need.is_over for need in needs)
    )
    if second is None and over:
        return ApprovalOutcome(order=order, approval=_ask(order, limit, needs))
    order.become(PurchaseStatus.APPROVED)
    order.approved_by_id, order.approved_at = current_actor().user_id, clock.now()
    order.save()
    publish(PurchaseApproved(purchase_order_id=order.pk))
    return ApprovalOutcome(order=order)


@operation(permission="inventory.draft_purchase")
def reopen_purchase(order_id: int) -> PurchaseOrder:
    """Make an approved order a draft again: to change it is to have it approved anew.

    Raises PurchaseMoveNotAllowed. Publishes purchase_order.changed.
    """
    order = lock(PurchaseOrder, order_id)
    order.become(PurchaseStatus.DRAFT)
    order.approved_by, order.approved_at = None, None
    order.save()
    publish(PurchaseChanged(purchase_order_id=order.pk, what="a draft again"))
    return order


def _ask(order: PurchaseOrder, limit: Money | None, needs: list[Need]) -> Approval:
    total = order.total.as_json()
    return ask_approval(
        "inventory.approve_purchase",
        {"order_id": order.pk, "expected": total},
        sentence=f"Buy for {order.total.shown()} from {order.vendor.name}: {order.number}",
        facts={
            "order": order.number,
            "vendor": order.vendor.name,
            "total": total,
            "in_company_currency": order.company_total.as_json(),
            "limit": limit.as_json() if limit is not None else None,
            "lines": order.lines.count(),
            **_budget_facts(order, needs),
        },
        permission="inventory.approve_purchase_over_limit",
        subject=f"purchase_order:{order.pk}",
    )


def _budget_facts(order: PurchaseOrder, needs: list[Need]) -> dict[str, str]:
    """What it would use, month by month, as a person reads it."""
    facts = {f"budget {need.use.month:%Y-%m}": _told(need) for need in needs}
    return {"cost_center": order.cost_center.name, **facts} if order.cost_center else {}


def _told(need: Need) -> str:
    if need.use.left is None:
        return f"no budget; needs {need.needs.shown()}"
    said = f"{need.use.left.shown()} left; needs {need.needs.shown()}"
    return f"{said}: over budget" if need.is_over else said


def _seen(expected: Mapping[str, str]) -> str:
    try:
        return Money.of(expected["amount"], expected["currency"]).shown()
    except (KeyError, ValueError, TypeError) as error:
        raise BadValue(field="expected", fix="Send the total as money.") from error
