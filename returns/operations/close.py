"""End a return whose goods and money are settled."""

from django.db.models.functions import Now

from core import clock
from core.events import publish
from core.operations import lock, operation
from returns.amounts import preview_of
from returns.errors import NotRefunded
from returns.events import ReturnClosed
from returns.models import ReturnAuthorization
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


def close_when_settled(rma_id: int) -> None:
    """Close the return when nothing of it is left to do; called inside an operation."""
    rma = lock(ReturnAuthorization, rma_id)
    owing = rma.refunds.filter(state__in=OPEN_MONEY).exists()
    if rma.status == RmaStatus.INSPECTED and not owing and not preview_of(rma).amount:
        close_return(rma_id)
