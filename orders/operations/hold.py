"""Make an order wait, for a reason, and let it go on."""

from datetime import datetime

from core import clock
from core.actor import current_actor
from core.cards import mask_cards
from core.errors import BadValue
from core.events import publish
from core.operations import lock, operation
from orders.errors import MoveNotAllowed, NotWaiting
from orders.events import OrderHeld, OrderResumed
from orders.models import Hold, Order
from orders.operations.saving import is_open, require_near, save_order
from orders.states import HoldKind


@operation(permission="orders.hold_order")
def hold_order(
    order_id: int, *, reason: str, kind: str = HoldKind.MANUAL, due: datetime | None = None
) -> Hold:
    """Keep an open order from being released until the hold is taken off.

    Several holds may stand at once. Raises MoveNotAllowed unless the order is open.
    Publishes order.held.
    """
    order = lock(Order, order_id)
    if not is_open(order):
        raise MoveNotAllowed(number=order.number, status=order.status, wanted="held")
    if kind not in HoldKind.values:
        raise BadValue(field="kind", fix=f"One of: {', '.join(HoldKind.values)}.")
    if not reason.strip():
        raise BadValue(field="reason", fix="Say in a few words why it waits.")
    if due is not None:
        require_near(due, field="due")
    hold = Hold.objects.create(
        order=order,
        kind=kind,
        reason=mask_cards(reason)[0][:300],
        source=current_actor().name,
        owner_id=current_actor().user_id,
        due=due,
        held_at=clock.now(),
    )
    save_order(order)
    publish(OrderHeld(order_id=order.pk, hold_id=hold.pk, kind=kind))
    return hold


@operation(permission="orders.hold_order")
def resume_order(order_id: int, *, hold_id: int | None = None) -> Order:
    """Take one hold off, or all of them. Raises NotWaiting when there is none to take off.

    Publishes order.resumed for each.
    """
    order = lock(Order, order_id)
    holds = Hold.objects.filter(order=order, released_at=None)
    if hold_id is not None:
        holds = holds.filter(pk=hold_id)
    ids = list(holds.values_list("pk", flat=True))
    if not ids:
        raise NotWaiting(what="The hold")
    holds.update(released_at=clock.now(), released_by=current_actor().name)
    save_order(order)
    for found in ids:
        publish(OrderResumed(order_id=order.pk, hold_id=found))
    return order
