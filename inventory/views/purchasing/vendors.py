"""Vendors: their terms, people, prices and orders."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.actor import current_actor
from core.http import may
from core.lists import list_page
from core.pages import detail_page
from inventory import purchasing_filters as filters
from inventory import purchasing_forms as forms
from inventory import purchasing_tables as tables
from inventory.forms import require_valid
from inventory.models import Bill, Dispute, PurchaseOrder, SupplierProduct, Vendor, VendorContact
from inventory.operations.purchasing.plans import measured
from inventory.operations.purchasing.vendors import (
    change_vendor,
    create_vendor,
    remove_contact,
    review_vendor,
    save_contact,
)
from inventory.states import PlanState
from inventory.views.forms import applied
from inventory.views.purchasing.shared import form_page


@require_safe
@may("inventory.view_vendor")
def vendor_list(request: HttpRequest) -> HttpResponse:
    return list_page(
        request,
        rows=Vendor.objects.all(),
        filters=filters.VendorFilter,
        table=tables.VendorTable,
        name="purchasing.vendor_list",
        title="Vendors",
        template="inventory/purchasing/vendor_list.html",
        views=[
            ("Suppliers", "kind=supplier"),
            ("Carriers and 3PLs", "kind=carrier"),
            ("On watch", "status=on_watch"),
            ("Contract or review due", "due=true"),
        ],
    )


@require_safe
@may("inventory.view_vendor")
def vendor(request: HttpRequest, public_id: str) -> HttpResponse:
    """One vendor: contract, people, what it sells us, what is ordered."""
    found = _vendor(public_id)
    orders = PurchaseOrder.objects.visible_to(current_actor()).for_list().filter(vendor=found)
    prices = SupplierProduct.objects.for_list().filter(vendor=found).valid_now()
    return detail_page(
        request,
        subject=found,
        kind="vendor",
        template="inventory/purchasing/vendor.html",
        context={
            "title": found.name,
            "contacts": found.contacts.order_by("-takes_orders", "name"),
            "orders": orders.order_by("-id")[:20],
            "prices": prices.order_by("sku__code")[:20],
            "due": Vendor.objects.due().filter(pk=found.pk).first(),
            "review_form": forms.ReviewForm(),
            "disputes": _mine(Dispute, found),
            "bills": _mine(Bill, found),
            **_plans(found),
        },
    )


def _mine(model: Any, vendor: Vendor) -> Any:
    """What is open with the vendor, within reach."""
    rows = model.objects.visible_to(current_actor()).for_list()
    return rows.filter(vendor=vendor).open().order_by("due_on", "id")[:20]


def _plans(vendor: Vendor) -> dict[str, Any]:
    plan = vendor.plans.filter(state=PlanState.OPEN).first()
    return {
        "plan": plan,
        "so_far": measured(plan) if plan else None,
        "plans_before": vendor.plans.exclude(state=PlanState.OPEN).order_by("-id")[:5],
    }


@require_http_methods(["GET", "POST"])
@may("inventory.create_vendor")
def vendor_new(request: HttpRequest) -> HttpResponse:
    start = {
        "status": "active", "kinds": ["supplier"], "payment_days": 30, "lead_time_days": 14,
        "tolerance_percent": 0, "tolerance_units": 0, "price_tolerance_percent": 0,
        "notice_days": 0,
    }  # fmt: skip
    form = forms.VendorForm(request.POST or None, initial=start)
    made = applied(form, lambda: create_vendor(form.cleaned_data)) if form.is_bound else None
    if made is not None:
        messages.success(request, f"{made} was added.")
        return redirect(made)
    return form_page(request, form, "New vendor", "Add vendor")


@require_http_methods(["GET", "POST"])
@may("inventory.change_vendor")
def vendor_change(request: HttpRequest, public_id: str) -> HttpResponse:
    found = _vendor(public_id)
    posted = request.method == "POST"
    form = forms.VendorForm(request.POST) if posted else forms.VendorForm.of(found)
    if posted and applied(form, lambda: change_vendor(found.pk, form.cleaned_data)) is not None:
        messages.success(request, f"{found} was changed.")
        return redirect(found)
    return form_page(request, form, f"Change {found}", "Save")


@require_POST
@may("inventory.change_vendor")
def review(request: HttpRequest, public_id: str) -> HttpResponse:
    found = _vendor(public_id)
    given = require_valid(forms.ReviewForm(request.POST))
    review_vendor(found.pk, next_on=given["next_on"])
    messages.success(request, f"{found} was reviewed.")
    return redirect(found)


@require_http_methods(["GET", "POST"])
@may("inventory.change_vendor")
def contact_new(request: HttpRequest, public_id: str) -> HttpResponse:
    return _contact_page(request, _vendor(public_id), None)


@require_http_methods(["GET", "POST"])
@may("inventory.change_vendor")
def contact(request: HttpRequest, public_id: str, contact: str) -> HttpResponse:
    found = _vendor(public_id)
    return _contact_page(request, found, get_object_or_404(found.contacts, public_id=contact))


@require_POST
@may("inventory.change_vendor")
def contact_remove(request: HttpRequest, public_id: str, contact: str) -> HttpResponse:
    found = _vendor(public_id)
    gone = get_object_or_404(found.contacts, public_id=contact)
    remove_contact(found.pk, gone.pk)
    messages.success(request, f"{gone.name} was removed.")
    return redirect(found)


def _contact_page(
    request: HttpRequest, vendor: Vendor, contact: VendorContact | None
) -> HttpResponse:
    names = forms.ContactForm.base_fields
    start: dict[str, Any] = {name: getattr(contact, name) for name in names} if contact else {}
    form = forms.ContactForm(request.POST or None, initial=start)
    if form.is_bound:
        pk = contact.pk if contact else None
        done = applied(form, lambda: save_contact(vendor.pk, form.cleaned_data, contact_id=pk))
        if done is not None:
            messages.success(request, f"{done.name} was saved.")
            return redirect(vendor)
    title = f"Change {contact.name}" if contact else f"New contact at {vendor}"
    return form_page(request, form, title, "Save")


def _vendor(public_id: str) -> Vendor:
    return get_object_or_404(Vendor, public_id=public_id)
