"""The gates of an order: only a gate's owner clears or refuses it; release needs all."""

from typing import Any

from core import clock
from core.actor import current_actor
from core.errors import NotThere
from core.events import publish
from core.operations import lock, operation
from orders.events import OrderCleared, OrderRefused
from orders.models import Clearance, Order
from orders.operations.saving import is_open, save_order
from orders.states import ClearanceState


@operation(permission="orders.clear_gate")
def clear_gate(
    order_id: int, *, gate: str, sentence: str = "", facts: dict[str, Any] | None = None
) -> Clearance:
    """Let the order through one gate. Harmless to repeat; publishes order.cleared."""
    return _decide(order_id, gate, ClearanceState.CLEARED, sentence, facts)


@operation(permission="orders.clear_gate")
def refuse_gate(
    order_id: int, *, gate: str, sentence: str, facts: dict[str, Any] | None = None
) -> Clearance:
    """Do not let the order through; a person decides what becomes of it.

    Harmless to repeat; publishes order.refused.
    """
    return _decide(order_id, gate, ClearanceState.REFUSED, sentence, facts)


@operation(permission="orders.clear_gate")
def ask_again(order_id: int, *, gate: str, sentence: str) -> Clearance:
    """Set a gate back to pending, for example because the address has changed."""
    return _decide(order_id, gate, ClearanceState.PENDING, sentence, None)


def reconsider(order: Order, *, gate: str, sentence: str, over_a_person: bool = False) -> None:
    """Inside an operation: what a gate was cleared on has changed, so it waits again.

    In the same transaction, so that no dead worker lets the order through meanwhile. A refused
    gate stays refused; what a person has cleared stands unless `over_a_person`.
    """
    row = Clearance.objects.filter(order=order, gate=gate, state=ClearanceState.CLEARED).first()
    if row is not None and (over_a_person or row.facts.get("by") != "a person"):
        ask_again(order.pk, gate=gate, sentence=sentence)


def _decide(
    order_id: int, gate: str, state: ClearanceState, sentence: str, facts: dict[str, Any] | None
) -> Clearance:
    order = lock(Order, order_id)
    row = Clearance.objects.filter(order=order, gate=gate).first()
    if row is None:
        raise NotThere(kind=f"gate {gate} on this order")
    before, row.sentence, row.facts = row.state, sentence[:300], facts or {}
    row.state, row.decided_by, row.decided_at = state, current_actor().name, clock.now()
    row.save(update_fields=["state", "sentence", "facts", "decided_by", "decided_at"])
    if before != state:
        if state == ClearanceState.CLEARED:
            publish(OrderCleared(order_id=order.pk, gate=gate))
        elif state == ClearanceState.REFUSED:
            publish(OrderRefused(order_id=order.pk, gate=gate))
    if is_open(order):
        save_order(order)
    return row
