"""What SKUs cost from vendors: by hand and from price lists."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from core import clock
from core.errors import Refused
from core.http import may
from core.lists import list_page
from core.pages import detail_page
from inventory import purchasing_filters as filters
from inventory import purchasing_forms as forms
from inventory import purchasing_tables as tables
from inventory.models import SupplierProduct
from inventory.operations.catalog.find import sku_called
from inventory.operations.purchasing.agreements import change_agreement, create_agreement
from inventory.price_batches import check_price_file, start_price_import
from inventory.views.forms import applied
from inventory.views.purchasing.shared import form_page


@require_safe
@may("inventory.view_supplierproduct")
def product_list(request: HttpRequest) -> HttpResponse:
    return list_page(
        request,
        rows=SupplierProduct.objects.for_list(),
        filters=filters.SupplierProductFilter,
        table=tables.SupplierProductTable,
        name="purchasing.product_list",
        title="Supplier prices",
        template="inventory/purchasing/product_list.html",
        views=[("Valid today", "valid_now=true"), ("Ending soon", "ending=true")],
    )


@require_safe
@may("inventory.view_supplierproduct")
def product(request: HttpRequest, public_id: str) -> HttpResponse:
    found = _agreement(public_id)
    others = SupplierProduct.objects.for_list().filter(sku=found.sku).exclude(pk=found.pk)
    return detail_page(
        request,
        subject=found,
        kind="supplier_product",
        template="inventory/purchasing/product.html",
        context={
            "title": str(found),
            "tiers": found.tiers.all(),
            "others": others.order_by("vendor__name", "-valid_from")[:20],
            "valid": SupplierProduct.objects.valid_now().filter(pk=found.pk).exists(),
        },
    )


@require_http_methods(["GET", "POST"])
@may("inventory.save_agreement")
def product_new(request: HttpRequest) -> HttpResponse:
    start = {"valid_from": clock.today(), **request.GET.dict()}
    form = forms.AgreementForm(request.POST or None, initial=start)
    made = applied(form, lambda: _agree(form)) if form.is_bound else None
    if made is not None:
        messages.success(request, f"{made} is agreed.")
        return redirect(made)
    return form_page(request, form, "New supplier price", "Agree")


def _agree(form: Any) -> SupplierProduct:
    given = form.cleaned_data
    return create_agreement(
        given["vendor"].pk,
        sku_called(given["sku"]).pk,
        form.given(),
        tiers=form.tiers(),
        end_earlier=given["end_earlier"],
    )


@require_http_methods(["GET", "POST"])
@may("inventory.save_agreement")
def product_change(request: HttpRequest, public_id: str) -> HttpResponse:
    found = _agreement(public_id)
    posted = request.method == "POST"
    form = (
        forms.ChangeAgreementForm(request.POST) if posted else forms.ChangeAgreementForm.of(found)
    )
    done = None
    if posted:
        done = applied(form, lambda: change_agreement(found.pk, form.given(), tiers=form.tiers()))
    if done is not None:
        messages.success(request, f"{found} was changed.")
        return redirect(found)
    return form_page(request, form, f"Change {found}", "Save")


@require_http_methods(["GET", "POST"])
@may("inventory.import_prices")
def price_import(request: HttpRequest) -> HttpResponse:
    """Check a price list, or check and book it; what will not do is shown by row and column."""
    told: dict = {"title": "Import prices", "form": forms.PriceImportForm()}
    if request.method == "POST":
        form = told["form"] = forms.PriceImportForm(request.POST, request.FILES)
        if form.is_valid() and (answer := _checked(request, form, told)):
            return answer
    wrong = told["form"].errors or told.get("refusal")
    page = "inventory/purchasing/price_import.html"
    return render(request, page, told, status=422 if wrong else 200)


def _checked(request: HttpRequest, form: forms.PriceImportForm, told: dict) -> HttpResponse | None:
    file = form.cleaned_data["file"]
    try:
        told["summary"] = check_price_file(file, form.options())
    except Refused as refusal:
        told["refusal"], told["problems"] = refusal, refusal.facts.get("problems", [])
        return None
    if request.POST.get("act") != "book":
        return None
    batch = start_price_import(file, form.options())
    messages.success(request, "The list was checked and is being booked.")
    return redirect(batch)


def _agreement(public_id: str) -> SupplierProduct:
    return get_object_or_404(SupplierProduct.objects.for_list(), public_id=public_id)
