"""Acts on many rows of the lists of orders; each row is one operation."""

from datetime import datetime
from typing import Any

from core.actor import current_actor
from core.errors import NotThere
from core.pages import BulkAct
from orders.forms import AssignForm, HoldForm, ReasonForm, ResolveForm, SnoozeForm
from orders.models import Hold
from orders.operations.cancel import cancel_order
from orders.operations.exceptions import assign_exception, resolve_exception, snooze_exception
from orders.operations.fill import retry_allocation
from orders.operations.hold import hold_order, resume_order
from orders.operations.release import release_order
from orders.states import OrderStatus


def hold(order_id: int, *, reason: str, kind: str, due: datetime | None) -> str:
    """Keep one order back."""
    return f"Held: {hold_order(order_id, reason=reason, kind=kind, due=due).reason}"


def take_hold_off(order_id: int) -> str:
    """Undo `hold`: the newest hold of the same person, and no other."""
    mine = Hold.objects.filter(order=order_id, released_at=None, source=current_actor().name)
    newest = mine.order_by("-id").first()
    if newest is None:
        raise NotThere(kind="hold of yours")
    resume_order(order_id, hold_id=newest.pk)
    return "Goes on."


def resume(order_id: int) -> str:
    """Take every hold off one order."""
    resume_order(order_id)
    return "Goes on."


def release(order_id: int) -> str:
    """Give one clear order to its warehouses."""
    return f"Released: {', '.join(row.number for row in release_order(order_id))}"


def fill(order_id: int) -> str:
    """Promise one order what has come in since."""
    units = retry_allocation(order_id)
    return f"{units} units promised." if units else "No stock has come in for it."


def cancel(order_id: int, *, reason: str) -> str:
    """Cancel one order."""
    order = cancel_order(order_id, reason=reason)
    if order.status == OrderStatus.CANCELLED:
        return "Cancelled."
    return "Above the refund limit: a second person has been asked; held until then."


def settle(exception_id: int, *, resolution: str) -> str:
    """Settle one exception."""
    resolve_exception(exception_id, resolution=resolution)
    return "Settled."


def snooze(exception_id: int, *, hours: str) -> str:
    """Put one exception off."""
    form = SnoozeForm({"hours": hours})
    form.is_valid()
    row = snooze_exception(exception_id, until=form.until())
    return f"Comes back {row.snoozed_until:%Y-%m-%d %H:%M} UTC."


def assign(exception_id: int, *, owner: Any) -> str:
    """Say who looks after one exception."""
    assign_exception(exception_id, user_id=owner.pk if owner else None)
    return f"{owner or 'Nobody'} looks after it."


ORDER_ACTS = {
    "hold": BulkAct(
        label="Hold", permission="orders.hold_order", act=hold, form=HoldForm, undo=take_hold_off
    ),
    "release": BulkAct(label="Release", permission="orders.release_order", act=release),
    "resume": BulkAct(label="Resume", permission="orders.hold_order", act=resume),
    "fill": BulkAct(label="Try the stock again", permission="orders.retry_allocation", act=fill),
    "cancel": BulkAct(
        label="Cancel", permission="orders.cancel_order", act=cancel, form=ReasonForm
    ),
}
EXCEPTION_ACTS = {
    "assign": BulkAct(
        label="Assign", permission="orders.resolve_exception", act=assign, form=AssignForm
    ),
    "settle": BulkAct(
        label="Settle", permission="orders.resolve_exception", act=settle, form=ResolveForm
    ),
    "snooze": BulkAct(
        label="Snooze", permission="orders.resolve_exception", act=snooze, form=SnoozeForm
    ),
}
