"""Offers to preorder: the list, a new one, one with who waits for it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.actor import current_actor
from core.http import may
from core.lists import list_page
from core.pages import detail_page
from inventory.models import PreorderOffer
from inventory.operations.purchasing.preorder_offers import (
    change_preorder,
    end_preorder,
    open_preorder,
)
from inventory.ports import preorder_panels
from inventory.preorder_forms import PreorderChangeForm, PreorderForm
from inventory.preorder_lists import RISK_TONES, STATE_TONES, PreorderFilter, PreorderTable
from inventory.views.forms import applied
from inventory.views.purchasing.shared import form_page


@require_safe
@may("inventory.view_preorderoffer")
def preorder_list(request: HttpRequest) -> HttpResponse:
    return list_page(
        request,
        rows=PreorderOffer.objects.visible_to(current_actor()).for_list(),
        filters=PreorderFilter,
        table=PreorderTable,
        name="purchasing.preorder_list",
        title="Preorders",
        template="inventory/purchasing/preorder_list.html",
        views=[
            ("Not ended", "open=true"),
            ("Waiting", "waiting=true"),
            ("Late or not covered", "at_risk=true"),
        ],
    )


@require_http_methods(["GET", "HEAD", "POST"])
@may("inventory.open_preorder")
def preorder_new(request: HttpRequest) -> HttpResponse:
    form = PreorderForm(request.POST or None, initial=request.GET.dict())
    made = applied(form, lambda: open_preorder(**form.given())) if form.is_bound else None
    if made is not None:
        messages.success(request, f"{made.cap:,} of {made.sku} may be preordered.")
        return redirect(made)
    return form_page(request, form, "New preorder offer", "Open it")


@require_safe
@may("inventory.view_preorderoffer")
def preorder(request: HttpRequest, public_id: str) -> HttpResponse:
    subject = _offer(public_id)
    return detail_page(
        request,
        subject=subject,
        kind="preorder_offer",
        template="inventory/purchasing/preorder.html",
        slot=preorder_panels,
        context={
            "title": f"Preorder offer {subject}",
            "tone": STATE_TONES[subject.state.label],
            "risk_tone": RISK_TONES.get(subject.risk, ""),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@may("inventory.change_preorder")
def preorder_change(request: HttpRequest, public_id: str) -> HttpResponse:
    offer = _offer(public_id)
    start: dict[str, Any] = {
        "order": offer.line.order.number, "cap": offer.cap,
        "ends_on": None if offer.ended_at else offer.ends_on,
    }  # fmt: skip
    form = PreorderChangeForm(request.POST or None, initial=start)
    if offer.ended_at:
        form.fields["ends_on"].required = False
        form.fields["ends_on"].help_text = "It was ended; a day opens it again."
    done = None
    if form.is_bound:
        done = applied(form, lambda: change_preorder(offer.pk, **form.changes(start)))
    if done is not None:
        messages.success(request, f"{done} was changed.")
        return redirect(done)
    return form_page(request, form, f"Change {offer}", "Save it")


@require_POST
@may("inventory.end_preorder")
def preorder_end(request: HttpRequest, public_id: str) -> HttpResponse:
    done = end_preorder(_offer(public_id).pk, reason=request.POST.get("reason", ""))
    messages.success(request, f"{done} takes no more orders.")
    return redirect(done)


def _offer(public_id: str) -> PreorderOffer:
    rows = PreorderOffer.objects.visible_to(current_actor()).for_list()
    return get_object_or_404(rows, public_id=public_id)
