"""Pages of refunds."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.actor import current_actor
from core.http import may
from core.lists import list_page
from core.pages import detail_page
from orders.models import Order
from returns.amounts import left_to_refund
from returns.filters import RefundFilter
from returns.forms import GoodwillForm, amount_in
from returns.models import Refund, RefundLimit
from returns.operations.refund import refund_lost, refund_order
from returns.operations.settle import (
    confirm_refund,
    deny_refund,
    retry_refund,
    withdraw_refund,
)
from returns.states import RefundState
from returns.tables import RefundTable
from shipping.models import Parcel


def refund_or_404(public_id: str) -> Refund:
    rows = Refund.objects.visible_to(current_actor()).for_list()
    return get_object_or_404(rows, public_id=public_id)


@require_safe
@may("returns.view_refund")
def refund_list(request: HttpRequest) -> HttpResponse:
    return list_page(
        request,
        rows=Refund.objects.visible_to(current_actor()).for_list(),
        filters=RefundFilter,
        table=RefundTable,
        name="returns.refund_list",
        title="Refunds",
        template="returns/refund_list.html",
    )


@require_safe
@may("returns.view_refund")
def refund(request: HttpRequest, public_id: str) -> HttpResponse:
    found = refund_or_404(public_id)
    waits = found.state in (RefundState.WAITING, RefundState.IN_DOUBT)
    return detail_page(
        request,
        subject=found,
        kind="refund",
        template="returns/refund.html",
        context={
            "title": found.number,
            "refund": found,
            "may_confirm": waits and found.by_hand,
            "may_find": found.state == RefundState.IN_DOUBT and not found.by_hand,
            "may_retry": found.state == RefundState.FAILED,
            "may_withdraw": found.state in (RefundState.WAITING, RefundState.FAILED),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@may("returns.refund_order")
def goodwill(request: HttpRequest, public_id: str) -> HttpResponse:
    """Give an amount back on an order, without goods."""
    order = get_object_or_404(Order.objects.visible_to(current_actor()), public_id=public_id)
    form = GoodwillForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        outcome = refund_order(
            order.pk,
            amount=amount_in(form.cleaned_data["amount"], order.currency),
            reason=form.cleaned_data["reason"],
        )
        if outcome.approval is not None:
            messages.info(request, "That is above the limit: a second person has been asked.")
            return redirect(order)
        messages.success(request, f"Refund {outcome.refunds[0].number} is on its way.")
        return redirect(outcome.refunds[0])
    told = {
        "title": f"Refund on order {order.number}",
        "order": order,
        "form": form,
        "left": left_to_refund(order),
        "limit": RefundLimit.objects.filter(pk=1).first(),
    }
    return render(request, "returns/goodwill.html", told)


@require_POST
@may("returns.refund_order")
def lost(request: HttpRequest, public_id: str) -> HttpResponse:
    """Write off a lost parcel and give the money back."""
    rows = Parcel.objects.visible_to(current_actor()).select_related("fulfillment__order")
    parcel = get_object_or_404(rows, public_id=public_id)
    outcome = refund_lost(parcel.pk)
    if outcome.approval is not None:
        messages.info(request, "That is above the limit: a second person has been asked.")
        return redirect(parcel)
    messages.success(request, f"{parcel} is written off; its units are refunded.")
    return redirect(parcel.fulfillment.order)


@require_POST
@may("returns.refund_order")
def retry(request: HttpRequest, public_id: str) -> HttpResponse:
    found = refund_or_404(public_id)
    retry_refund(found.pk)
    messages.success(request, f"Refund {found.number} is sent again.")
    return redirect(found)


@require_POST
@may("returns.refund_order")
def confirm(request: HttpRequest, public_id: str) -> HttpResponse:
    found = refund_or_404(public_id)
    confirm_refund(found.pk, gateway_ref=request.POST.get("gateway_ref", ""))
    messages.success(request, f"Refund {found.number} is in the ledger.")
    return redirect(found)


@require_POST
@may("returns.refund_order")
def withdraw(request: HttpRequest, public_id: str) -> HttpResponse:
    found = refund_or_404(public_id)
    withdraw_refund(found.pk, reason=request.POST.get("reason", ""))
    messages.success(request, f"Refund {found.number} is withdrawn.")
    return redirect(found)


@require_POST
@may("returns.refund_order")
def deny(request: HttpRequest, public_id: str) -> HttpResponse:
    """The gateway's own page shows that it did not happen."""
    found = refund_or_404(public_id)
    deny_refund(found.pk, reason=request.POST.get("reason", ""))
    messages.success(request, f"Refund {found.number} has failed; ask again, or withdraw it.")
    return redirect(found)
