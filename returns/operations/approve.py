"""Say yes or no to a return, or call it off."""

from django.db.models.functions import Now

from core import clock
from core.errors import BadValue
from core.events import publish
from core.operations import lock, operation
from orders.models import Order
from orders.operations.card_numbers import without_card
from orders.operations.returned import note_return
from orders.states import ReturnStatus
from returns.errors import OutsidePolicy
from returns.events import ReturnApproved, ReturnCancelled, ReturnRejected
from returns.models import ReturnAuthorization, ReturnUnits
from returns.states import OVER, RmaStatus

ENDED = ["status", "ended_at", "end_reason", "version", "updated_at"]


@operation(permission="returns.approve_return")
def approve_return(rma_id: int, *, override_reason: str = "") -> ReturnAuthorization:
    """Let the customer send the goods.

    Raises ReturnMoveNotAllowed, OutsidePolicy when the policy says no and nobody
    says why an exception is made. Publishes return.approved.
    """
    rma = lock(ReturnAuthorization, rma_id)
    rma.become(RmaStatus.APPROVED)
    if not rma.within_policy and not override_reason.strip():
        raise OutsidePolicy(field="override_reason", rule=rma.rule)
    rma.override_reason = _clean(rma, override_reason)
    rma.approved_at = clock.now()
    rma.version += 1
    rma.updated_at = Now()
    rma.save(update_fields=["status", "override_reason", "approved_at", "version", "updated_at"])
    publish(ReturnApproved(rma_id=rma.pk, order_id=rma.order_id))
    return rma


@operation(permission="returns.approve_return")
def reject_return(rma_id: int, *, reason: str) -> ReturnAuthorization:
    """Say no to a requested return; its units may be asked for again.

    Raises ReturnMoveNotAllowed. Publishes return.rejected.
    """
    rma = _end(rma_id, RmaStatus.REJECTED, reason)
    publish(ReturnRejected(rma_id=rma.pk, order_id=rma.order_id))
    return rma


@operation(permission="returns.cancel_return")
def cancel_return(rma_id: int, *, reason: str) -> ReturnAuthorization:
    """Call off a return of which nothing has arrived.

    Raises ReturnMoveNotAllowed. Publishes return.cancelled.
    """
    rma = _end(rma_id, RmaStatus.CANCELLED, reason)
    publish(ReturnCancelled(rma_id=rma.pk, order_id=rma.order_id))
    return rma


def _clean(rma: ReturnAuthorization, reason: str) -> str:
    order = Order.objects.get(pk=rma.order_id)
    return without_card(order.pk, order.number, reason.strip(), "a return's reason")[:200]


def _end(rma_id: int, wanted: RmaStatus, reason: str) -> ReturnAuthorization:
    if not reason.strip():
        raise BadValue(field="reason", fix="say why.")
    rma = lock(ReturnAuthorization, rma_id)
    rma.become(wanted)
    rma.ended_at, rma.end_reason = clock.now(), _clean(rma, reason)
    rma.version += 1
    rma.updated_at = Now()
    rma.save(update_fields=ENDED)
    ReturnUnits.objects.filter(line__rma=rma).delete()  # these units are free again
    order = lock(Order, rma.order_id)
    others = ReturnAuthorization.objects.filter(order=order).exclude(status__in=OVER)
    if order.return_status == ReturnStatus.REQUESTED and not others.exists():
        note_return(order.pk, units_by_line={}, status=ReturnStatus.NONE)
    return rma
