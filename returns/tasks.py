"""Background work of returns: money to and from the gateways, credits of files."""

from datetime import timedelta

from core.jobs import job
from returns.gateways import GatewayRefused, gateway_for
from returns.models import Capture, Refund
from returns.operations.capture import capture_shipped
from returns.operations.captured import doubt_capture, fail_capture, record_capture
from returns.operations.imported import match_imported_returns
from returns.operations.refund import refund_cancelled
from returns.operations.settle import doubt_refund, fail_refund, record_refund
from returns.operations.void import record_void, refuse_void, voids_due
from returns.states import CAPTURE_COMMITTED, COMMITTED, CaptureState, RefundState


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


@job("returns.capture_shipped", queue="default", lease=timedelta(seconds=60))
def take_what_is_due(order_id: str) -> None:
    """Ask for what is due of an order of which goods have left. Harmless to repeat."""
    capture_shipped(int(order_id))


@job("returns.send_capture", queue="default", lease=timedelta(seconds=90))
def send_capture(capture_id: str) -> None:
    """Send one capture to its gateway; in doubt until the answer is heard, as a refund is."""
    capture = Capture.objects.get(pk=capture_id)
    if capture.state not in CAPTURE_COMMITTED or capture.by_hand:
        return
    gateway = gateway_for(capture.gateway)
    try:
        asked = capture.state == CaptureState.IN_DOUBT
        found = gateway.find_capture(capture.reference) if asked else None
        if found is None:
            if doubt_capture(capture.pk).state == CaptureState.WITHDRAWN:
                return
            found = gateway.capture(
                amount=capture.amount,
                authorized_ref=capture.authorized_ref,
                reference=capture.reference,
            )
    except GatewayRefused as no:
        fail_capture(capture.pk, why=str(no))
    else:
        record_capture(capture.pk, gateway_ref=found)


@job("returns.refund_cancelled", queue="default", lease=timedelta(seconds=60))
def give_back(order_id: str) -> None:
    """Refund what was captured for a cancelled order. Running it again changes nothing."""
    refund_cancelled(int(order_id))


@job("returns.void_cancelled", queue="default", lease=timedelta(seconds=90))
def let_go(order_id: str) -> None:
    """Have the gateways let go of what they hold authorized for a cancelled order.

    No answer or a crash: it runs again and looks each void up by our reference first. Where a
    person moves the money, nobody is told: an authorization that is not used lapses.
    """
    for void in voids_due(int(order_id)):
        gateway = gateway_for(void.gateway)
        try:
            found = gateway.find_void(void.reference) or gateway.void(
                amount=void.amount,
                authorized_ref=void.authorized_ref,
                reference=void.reference,
            )
        except GatewayRefused as no:
            refuse_void(int(order_id), gateway=void.gateway, why=str(no))
        else:
            record_void(int(order_id), void, gateway_ref=found)


@job("returns.match_imported", queue="default", lease=timedelta(minutes=10))
def match_imported(batch_id: str) -> None:
    """Match the credits of a file. Running it again takes up what is still waiting."""
    match_imported_returns(int(batch_id))
