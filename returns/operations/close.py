"""End a return whose goods and money are settled."""

from django.db.models.functions import Now

from core import clock
from core.events import publish
from core.operations import lock, operation
from orders.models import Order
from returns.amounts import captured_of, preview_of
from returns.errors import NotRefunded
from returns.events import ReturnClosed
from returns.models import Capture, ReturnAuthorization
from returns.states import RefundState, RmaStatus

OPEN_MONEY = (RefundState.WAITING, RefundState.IN_DOUBT, RefundState.FAILED)


@operation(permission="returns.close_return")
def close_return(rma_id: int) -> ReturnAuthorization:
    """Close an inspected return.

    Raises ReturnMoveNotAllowed, NotRefunded while money is owed or on its way.
    Publishes return.closed.
    """
    rma = lock(ReturnAuthorization, rma_id)
    rma.become(RmaStatus.CLOSED)
    if rma.refunds.filter(state__in=OPEN_MONEY).exists() or preview_of(rma).amount:
        raise NotRefunded(number=rma.number)
    rma.closed_at = clock.now()
    rma.version += 1
    rma.updated_at = Now()
    rma.save(update_fields=["status", "closed_at", "version", "updated_at"])
    publish(ReturnClosed(rma_id=rma.pk, order_id=rma.order_id))
    return rma


def close_unpaid(rma: ReturnAuthorization) -> ReturnAuthorization:
    """Close a return that was just inspected when its order was never captured, nor is being.

    Nothing is to be given back, and what came back is captured no more. Inside an operation.
    """
    order = lock(Order, rma.order_id)  # no capture is decided meanwhile
    if captured_of(order) or Capture.objects.filter(order=order).committed().exists():
        return rma
    return close_return(rma.pk)


def close_when_settled(rma_id: int) -> None:
    """Close the return when nothing of it is left to do; called inside an operation."""
    rma = lock(ReturnAuthorization, rma_id)
    owing = rma.refunds.filter(state__in=OPEN_MONEY).exists()
    if rma.status == RmaStatus.INSPECTED and not owing and not preview_of(rma).amount:
        close_return(rma_id)
