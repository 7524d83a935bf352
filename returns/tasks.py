"""Background work of returns."""

from datetime import timedelta

from core.jobs import job
from returns.gateways import GatewayRefused, gateway_for
from returns.models import Refund
from returns.operations.imported import match_imported_returns
from returns.operations.refund import refund_cancelled
from returns.operations.settle import doubt_refund, fail_refund, record_refund
from returns.states import COMMITTED, RefundState


@job("returns.send_refund", queue="default", lease=timedelta(seconds=90))
def send_refund(refund_id: str) -> None:
    """Send one refund to its gateway; no transaction is open while it is asked.

    No answer or a crash leaves it in doubt; the job runs again, looks it up by our
    reference first, and sends the same key: never twice the money.
    """
    refund = Refund.objects.select_related("order").get(pk=refund_id)
    if refund.state not in COMMITTED or refund.by_hand:
        return
    gateway = gateway_for(refund.gateway)
    try:
        found = gateway.find(refund.reference) if refund.state == RefundState.IN_DOUBT else None
        if found is None:
            doubt_refund(refund.pk)  # from the moment we ask until we have heard the answer
            found = gateway.refund(
                amount=refund.amount,
                captured_ref=refund.captured_ref,
                reference=refund.reference,
            )
    except GatewayRefused as no:
        fail_refund(refund.pk, why=str(no))
    else:
        record_refund(refund.pk, gateway_ref=found)


@job("returns.refund_cancelled", queue="default", lease=timedelta(seconds=60))
def give_back(order_id: str) -> None:
    """Refund what was captured for a cancelled order. Running it again changes nothing."""
    refund_cancelled(int(order_id))


@job("returns.match_imported", queue="default", lease=timedelta(minutes=10))
def match_imported(batch_id: str) -> None:
    """Match the credits of a file. Running it again takes up what is still waiting."""
    match_imported_returns(int(batch_id))
