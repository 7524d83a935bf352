"""Vendors that are to become better, or to go: improvement plans and the exit check."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from core.actor import current_actor
from core.http import may
from inventory import bill_forms as forms
from inventory.exit_check import exit_check
from inventory.models import Vendor
from inventory.operations.purchasing.plans import end_plan, start_plan
from inventory.operations.purchasing.vendors import end_vendor
from inventory.states import PlanState, VendorStatus
from inventory.views.forms import applied
from inventory.views.purchasing.shared import form_page

SHOWN = 200


@require_http_methods(["GET", "POST"])
@may("inventory.change_vendor")
def exit_page(request: HttpRequest, public_id: str) -> HttpResponse:
    """What ending a vendor would mean, and the act itself."""
    vendor = get_object_or_404(Vendor, public_id=public_id)
    form = forms.EndForm(request.POST or None)
    if form.is_bound:
        done = applied(form, lambda: end_vendor(vendor.pk, reason=form.cleaned_data["reason"]))
        if done is not None:
            messages.success(request, f"{vendor} was ended.")
            return redirect(vendor)
    check = exit_check(vendor, current_actor())
    told = {
        "title": f"Exit check of {vendor.name}",
        "vendor": vendor,
        "ended": vendor.status == VendorStatus.ENDED,
        "check": check,
        "items": check.items[:SHOWN],
        "more": len(check.items) > SHOWN,
        "form": form,
    }
    status = 422 if form.is_bound else 200
    return render(request, "inventory/purchasing/exit.html", told, status=status)


@require_http_methods(["GET", "POST"])
@may("inventory.change_vendor")
def plan_new(request: HttpRequest, public_id: str) -> HttpResponse:
    vendor = get_object_or_404(Vendor, public_id=public_id)
    form = forms.PlanForm(request.POST or None, initial={"target": vendor.otif_percent})
    made = (
        applied(form, lambda: start_plan(vendor.pk, form.cleaned_data)) if form.is_bound else None
    )
    if made is not None:
        messages.success(request, f"The plan runs until {made.due_on:%d %b %Y}.")
        return redirect(vendor)
    return form_page(request, form, f"Improvement plan with {vendor}", "Start the plan")


@require_POST
@may("inventory.change_vendor")
def plan_end(request: HttpRequest, public_id: str) -> HttpResponse:
    vendor = get_object_or_404(Vendor, public_id=public_id)
    plan = get_object_or_404(vendor.plans, state=PlanState.OPEN)
    drop = bool(request.POST.get("drop"))
    done = end_plan(plan.pk, drop=drop, note=request.POST.get("note", ""))
    messages.success(request, f"The plan was {done.get_state_display().lower()}.")
    return redirect(vendor)
