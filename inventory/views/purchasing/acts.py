"""What is done with an order to a vendor, from its page."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from core.http import may
from inventory import purchasing_forms as forms
from inventory.forms import require_valid
from inventory.operations.catalog.find import sku_called
from inventory.operations.purchasing.approve import approve_purchase, reopen_purchase
from inventory.operations.purchasing.draft import (
    LineIn,
    change_purchase,
    drop_purchase_line,
    set_purchase_line,
)
from inventory.operations.purchasing.end import cancel_purchase, close_purchase, promise_purchase
from inventory.operations.purchasing.send import send_purchase, settle_vendor_mail
from inventory.views.purchasing.shared import order_of


@require_POST
@may("inventory.draft_purchase")
def change(request: HttpRequest, public_id: str) -> HttpResponse:
    order = order_of(public_id)
    given: dict[str, Any] = require_valid(forms.TermsForm(request.POST))
    center = given.pop("cost_center")
    if center != order.cost_center:
        given["cost_center"] = center.code if center else ""
    change_purchase(order.pk, given)
    messages.success(request, f"{order} was changed.")
    return redirect(order)


@require_POST
@may("inventory.draft_purchase")
def set_line(request: HttpRequest, public_id: str) -> HttpResponse:
    order = order_of(public_id)
    given: dict[str, Any] = require_valid(forms.LineForm(request.POST))
    sku = sku_called(given.pop("sku"))
    line = set_purchase_line(order.pk, LineIn(sku_id=sku.pk, **given))
    messages.success(request, f"{line.units:,} {sku} at {line.price_text} {order.currency}.")
    return redirect(order)


@require_POST
@may("inventory.draft_purchase")
def drop_line(request: HttpRequest, public_id: str) -> HttpResponse:
    order = order_of(public_id)
    sku = sku_called(request.POST.get("sku", "")[:64])
    drop_purchase_line(order.pk, sku.pk)
    messages.success(request, f"{sku} was taken off.")
    return redirect(order)


@require_POST
@may("inventory.approve_purchase")
def approve(request: HttpRequest, public_id: str) -> HttpResponse:
    order = order_of(public_id)
    outcome = approve_purchase(order.pk)
    if outcome.approval is not None:
        said = "It is above your limit or the budget: a second person has been asked."
        messages.warning(request, said)
    else:
        messages.success(request, f"{order} was approved.")
    return redirect(order)


@require_POST
@may("inventory.draft_purchase")
def reopen(request: HttpRequest, public_id: str) -> HttpResponse:
    order = order_of(public_id)
    reopen_purchase(order.pk)
    messages.success(request, f"{order} is a draft again.")
    return redirect(order)


@require_POST
@may("inventory.send_purchase")
def send(request: HttpRequest, public_id: str) -> HttpResponse:
    order = order_of(public_id)
    by_hand = bool(request.POST.get("by_hand"))
    send_purchase(order.pk, by_hand=by_hand)
    told = "counts as sent" if by_hand else f"is being mailed to {order.vendor}"
    messages.success(request, f"{order} {told}; its units are incoming.")
    return redirect(order)


@require_POST
@may("inventory.send_purchase")
def settle_mail(request: HttpRequest, public_id: str) -> HttpResponse:
    order = order_of(public_id)
    arrived = request.POST.get("arrived") == "yes"
    settle_vendor_mail(order.pk, arrived=arrived)
    messages.success(request, "Noted." if arrived else "It is being mailed again.")
    return redirect(order)


@require_POST
@may("inventory.promise_purchase")
def promise(request: HttpRequest, public_id: str) -> HttpResponse:
    order = order_of(public_id)
    given = require_valid(forms.PromiseForm(request.POST))
    sku = sku_called(given["sku"])
    promise_purchase(order.pk, sku.pk, day=given["day"], reason=given["reason"])
    messages.success(request, f"{sku} is now promised for {given['day']}.")
    return redirect(order)


@require_POST
@may("inventory.close_purchase")
def close(request: HttpRequest, public_id: str) -> HttpResponse:
    order = order_of(public_id)
    close_purchase(order.pk, reason=request.POST.get("reason", ""))
    messages.success(request, f"{order} is closed; nothing more is incoming for it.")
    return redirect(order)


@require_POST
@may("inventory.cancel_purchase")
def cancel(request: HttpRequest, public_id: str) -> HttpResponse:
    order = order_of(public_id)
    cancel_purchase(order.pk, reason=request.POST.get("reason", ""))
    messages.success(request, f"{order} was cancelled.")
    return redirect(order)
