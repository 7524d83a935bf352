"""A person decides what the score left open, or overrules it."""

from core import clock
from core.actor import current_actor
from core.events import publish
from core.operations import lock, operation
from core.work import finish_work
from fraud.errors import AlreadyDecided, OrderGone, ReasonNeeded
from fraud.events import RiskAccepted, RiskRejected
from fraud.models import OrderRisk
from fraud.operations.gate import settle_gate
from fraud.states import SETTLED, RiskState
from orders.models import Order
from orders.operations.card_numbers import without_card
from orders.states import OrderStatus


@operation(permission="fraud.decide_risk")
def accept_order(risk_id: int, *, reason: str) -> OrderRisk:
    """Accept the risk: the order passes its risk gate, whatever the score says or will say.

    It holds for the order as it is: another delivery address is scored, and decided, anew.
    Raises NotThere, AlreadyDecided, OrderGone, ReasonNeeded. Publishes risk.accepted.
    """
    risk = _decided(risk_id, RiskState.ACCEPTED, reason)
    publish(RiskAccepted(order_id=risk.order_id, orderrisk_id=risk.pk, reason=risk.reason))
    return risk


@operation(permission="fraud.decide_risk")
def reject_order(risk_id: int, *, reason: str) -> OrderRisk:
    """Reject the order: its risk gate is refused; a person then cancels and refunds it.

    Raises NotThere, AlreadyDecided, ReasonNeeded. Publishes risk.rejected.
    """
    risk = _decided(risk_id, RiskState.REJECTED, reason)
    publish(RiskRejected(order_id=risk.order_id, orderrisk_id=risk.pk, reason=risk.reason))
    return risk


@operation(permission="fraud.assess_order")
def drop_review(order_id: int) -> None:
    """Close the review of an order that was cancelled meanwhile; does nothing without one."""
    risks = OrderRisk.objects.select_for_update(no_key=True, of=("self",))
    risk = risks.filter(order_id=order_id, state=RiskState.REVIEW).first()
    if risk is not None:
        risk.state = RiskState.LAPSED
        risk.save(update_fields=["state"])
        finish_work("fraud.review", f"order:{order_id}", outcome="order cancelled")


def _decided(risk_id: int, state: RiskState, reason: str) -> OrderRisk:
    risk = lock(OrderRisk, risk_id)
    order = lock(Order, risk.order_id)
    if risk.state in SETTLED:
        raise AlreadyDecided(number=order.number, state=risk.get_state_display().lower())
    if state == RiskState.ACCEPTED and order.status == OrderStatus.CANCELLED:
        raise OrderGone(number=order.number)
    if not reason.strip():
        raise ReasonNeeded(field="reason")
    risk.state = state
    risk.reason = without_card(order.pk, order.number, reason.strip(), "a risk decision")[:300]
    risk.decided_at, risk.decided_by = clock.now(), current_actor().name
    risk.save(update_fields=["state", "reason", "decided_at", "decided_by"])
    finish_work("fraud.review", f"order:{risk.order_id}", outcome=state.value)
    settle_gate(order, accepted=state == RiskState.ACCEPTED, reason=risk.reason)
    return risk
