"""Pages of captures: authorized money that is taken when the goods leave."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST, require_safe

from core.actor import current_actor
from core.http import may
from core.lists import list_page
from core.pages import detail_page
from orders.models import Order
from returns.filters import CaptureFilter
from returns.models import Capture
from returns.operations.capture import capture_order
from returns.operations.captured import (
    confirm_capture,
    deny_capture,
    retry_capture,
    withdraw_capture,
)
from returns.states import CAPTURE_COMMITTED, CaptureState
from returns.tables import CaptureTable


def capture_or_404(public_id: str) -> Capture:
    rows = Capture.objects.visible_to(current_actor()).for_list()
    return get_object_or_404(rows, public_id=public_id)


@require_safe
@may("returns.view_capture")
def capture_list(request: HttpRequest) -> HttpResponse:
    return list_page(
        request,
        rows=Capture.objects.visible_to(current_actor()).for_list(),
        filters=CaptureFilter,
        table=CaptureTable,
        name="returns.capture_list",
        title="Captures",
        views=(("Needs a person", "stuck=true"),),
    )


@require_safe
@may("returns.view_capture")
def capture(request: HttpRequest, public_id: str) -> HttpResponse:
    found = capture_or_404(public_id)
    return detail_page(
        request,
        subject=found,
        kind="capture",
        template="returns/capture.html",
        context={
            "title": found.number,
            "capture": found,
            "may_confirm": found.state in CAPTURE_COMMITTED and found.by_hand,
            "may_find": found.state == CaptureState.IN_DOUBT and not found.by_hand,
            "may_retry": found.state == CaptureState.FAILED,
            "may_withdraw": found.state in (CaptureState.WAITING, CaptureState.FAILED),
        },
    )


@require_POST
@may("returns.capture_order")
def new(request: HttpRequest, public_id: str) -> HttpResponse:
    """Take what is due of an order by hand."""
    order = get_object_or_404(Order.objects.visible_to(current_actor()), public_id=public_id)
    made = capture_order(order.pk)
    amount = sum((row.amount for row in made), 0).shown()  # type: ignore[union-attr]
    messages.success(request, f"{amount} is being captured for order {order.number}.")
    by_hand = [row for row in made if row.by_hand]
    return redirect(by_hand[0] if by_hand else order)


@require_POST
@may("returns.capture_order")
def retry(request: HttpRequest, public_id: str) -> HttpResponse:
    found = retry_capture(capture_or_404(public_id).pk)
    messages.success(request, f"The gateway is asked for {found.amount.shown()} again.")
    return redirect(found)


@require_POST
@may("returns.capture_order")
def confirm(request: HttpRequest, public_id: str) -> HttpResponse:
    found = capture_or_404(public_id)
    confirm_capture(found.pk, gateway_ref=request.POST.get("gateway_ref", ""))
    messages.success(request, f"Capture {found.number} is in the ledger.")
    return redirect(found)


@require_POST
@may("returns.capture_order")
def withdraw(request: HttpRequest, public_id: str) -> HttpResponse:
    found = capture_or_404(public_id)
    withdraw_capture(found.pk, reason=request.POST.get("reason", ""))
    messages.success(request, f"Capture {found.number} is withdrawn.")
    return redirect(found)


@require_POST
@may("returns.capture_order")
def deny(request: HttpRequest, public_id: str) -> HttpResponse:
    """The gateway's own page shows that it did not happen."""
    found = capture_or_404(public_id)
    deny_capture(found.pk, reason=request.POST.get("reason", ""))
    messages.success(request, f"Capture {found.number} has failed; ask again, or withdraw it.")
    return redirect(found)
