"""Pages of returns."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import clock
from core.actor import current_actor
from core.http import may
from core.lists import list_page
from core.pages import detail_page
from orders.models import Order
from returns.amounts import policy_of, preview_of
from returns.filters import RmaFilter
from returns.forms import ReturnForm, asked_lines
from returns.models import ReturnAuthorization, ReturnUnits
from returns.operations.approve import approve_return, cancel_return, reject_return
from returns.operations.close import close_return
from returns.operations.refund import refund_return
from returns.operations.request import request_return, verdict
from returns.returnable import returnable_lines
from returns.states import ReturnReason, RmaStatus
from returns.tables import RmaTable


def rma_or_404(public_id: str) -> ReturnAuthorization:
    rows = ReturnAuthorization.objects.visible_to(current_actor()).for_list()
    return get_object_or_404(rows, public_id=public_id)


@require_safe
@may("returns.view_return")
def rma_list(request: HttpRequest) -> HttpResponse:
    return list_page(
        request,
        rows=ReturnAuthorization.objects.visible_to(current_actor()).for_list(),
        filters=RmaFilter,
        table=RmaTable,
        name="returns.rma_list",
        title="Returns",
        template="returns/rma_list.html",
        views=[
            ("To approve", "status=requested&sort=requested_at"),
            ("On their way", "status=approved"),
            ("To inspect", "status=received&sort=requested_at"),
            ("Inspected, to refund", "status=inspected&sort=requested_at"),
            ("Closed", "status=closed"),
        ],
    )


@require_safe
@may("returns.view_return")
def rma(request: HttpRequest, public_id: str) -> HttpResponse:
    found = rma_or_404(public_id)
    lines = found.lines.select_related("order_line__sku").order_by("order_line__position")
    runs = ReturnUnits.objects.filter(line__rma=found).select_related("order_line")
    graded = found.status in (RmaStatus.INSPECTED, RmaStatus.CLOSED)
    return detail_page(
        request,
        subject=found,
        kind="rma",
        template="returns/rma.html",
        context={
            "title": found.number,
            "rma": found,
            "lines": lines,
            "runs": runs.order_by("order_line__position", "first"),
            "money": preview_of(found) if graded and not found.historical else None,
            "refunds": found.refunds.order_by("id"),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@may("returns.request_return")
def new(request: HttpRequest, public_id: str) -> HttpResponse:
    orders = Order.objects.visible_to(current_actor()).select_related("channel", "customer")
    order = get_object_or_404(orders, public_id=public_id)
    lines = returnable_lines(order)
    if request.method == "POST":
        form = ReturnForm(request.POST)
        if form.is_valid():
            made = request_return(
                order.pk,
                lines=asked_lines(request.POST, lines),
                note=form.cleaned_data["note"],
                approve=form.cleaned_data["approve"],
            )
            messages.success(request, f"Return {made.number} is open.")
            return redirect(made)
    else:
        form = ReturnForm()
    within, rule = verdict(order, policy_of(order.channel_id), clock.now())
    told = {
        "title": f"Return of order {order.number}",
        "order": order,
        "lines": lines,
        "form": form,
        "within": within,
        "rule": rule,
        "reasons": ReturnReason.choices,
    }
    return render(request, "returns/new.html", told)


@require_POST
@may("returns.approve_return")
def approve(request: HttpRequest, public_id: str) -> HttpResponse:
    found = rma_or_404(public_id)
    approve_return(found.pk, override_reason=request.POST.get("override_reason", ""))
    messages.success(request, f"Return {found.number} is approved.")
    return redirect(found)


@require_POST
@may("returns.approve_return")
def reject(request: HttpRequest, public_id: str) -> HttpResponse:
    found = rma_or_404(public_id)
    reject_return(found.pk, reason=request.POST.get("reason", ""))
    messages.success(request, f"Return {found.number} is rejected.")
    return redirect(found)


@require_POST
@may("returns.cancel_return")
def cancel(request: HttpRequest, public_id: str) -> HttpResponse:
    found = rma_or_404(public_id)
    cancel_return(found.pk, reason=request.POST.get("reason", ""))
    messages.success(request, f"Return {found.number} is cancelled.")
    return redirect(found)


@require_POST
@may("returns.refund_return")
def refund(request: HttpRequest, public_id: str) -> HttpResponse:
    found = rma_or_404(public_id)
    outcome = refund_return(found.pk, reason=request.POST.get("reason", ""))
    if outcome.approval is not None:
        messages.info(request, "That is above the limit: a second person has been asked.")
    else:
        total = sum((made.amount for made in outcome.refunds[1:]), outcome.refunds[0].amount)
        messages.success(request, f"{total.shown()} is on its way back.")
    return redirect(found)


@require_POST
@may("returns.close_return")
def close(request: HttpRequest, public_id: str) -> HttpResponse:
    found = rma_or_404(public_id)
    close_return(found.pk)
    messages.success(request, f"Return {found.number} is closed.")
    return redirect(found)
