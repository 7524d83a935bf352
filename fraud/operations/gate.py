"""What a score, or a person, does to the order's risk gate."""

from fraud.scoring import Score
from fraud.states import STATE_OF, Outcome, RiskState
from orders.models import Clearance, Order
from orders.operations.gates import ask_again, clear_gate, refuse_gate
from orders.operations.saving import may_still_stay
from orders.states import ClearanceState, Gate, OrderStatus


def apply_to_gate(order: Order, score: Score) -> RiskState:
    """Tell the gate of the (locked) order what the score says; return where the risk stands then.

    A score never passes an order that an earlier one has refused: a person does. What turns
    out suspicious after its gate was cleared waits again, as long as nothing of it has left:
    an open gate also keeps parcels from the driver.
    A channel that asks for no risk gate is scored for information only.
    """
    gate = Clearance.objects.filter(order=order, gate=Gate.RISK).first()
    if gate is None or order.status != OrderStatus.OPEN:
        return RiskState.DECLINED if score.outcome == Outcome.DECLINE else RiskState.APPROVED
    if gate.state == ClearanceState.REFUSED:
        return RiskState.DECLINED
    if gate.state == ClearanceState.CLEARED and (
        score.outcome == Outcome.APPROVE or not may_still_stay(order)
    ):
        return RiskState.APPROVED
    if score.outcome == Outcome.REVIEW:
        ask_again(order.pk, gate=Gate.RISK, sentence=f"Waits for a risk review. {score.sentence}")
    else:
        act = clear_gate if score.outcome == Outcome.APPROVE else refuse_gate
        facts = {"score": score.points, "reasons": [reason["code"] for reason in score.reasons]}
        act(order.pk, gate=Gate.RISK, sentence=score.sentence, facts=facts)
    return STATE_OF[score.outcome]


def asked_again(order: Order) -> bool:
    """Whether the gate of an open order waits though somebody has decided: on something else."""
    waits = Clearance.objects.filter(order=order, gate=Gate.RISK, state=ClearanceState.PENDING)
    return order.status == OrderStatus.OPEN and waits.exists()


def settle_gate(order: Order, *, accepted: bool, reason: str) -> None:
    """Do what a person has decided; an order without this gate, or not open, has nothing to do."""
    gate = Clearance.objects.filter(order=order, gate=Gate.RISK).first()
    if gate is not None and order.status == OrderStatus.OPEN:
        act = clear_gate if accepted else refuse_gate
        act(order.pk, gate=Gate.RISK, sentence=reason, facts={"by": "a person"})
