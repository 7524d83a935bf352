"""Products, SKUs, warehouses."""

from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.actor import current_actor
from core.http import may
from core.lists import list_page
from core.pages import detail_page
from inventory import filters, forms, tables
from inventory.completeness import of_sku
from inventory.models import (
    Channel,
    Listing,
    Product,
    Replenishment,
    Sku,
    StockLevel,
    StockMovement,
    Warehouse,
)
from inventory.operations.catalog.skus import (
    archive_product,
    change_product,
    change_sku,
    create_product,
    create_sku,
)
from inventory.operations.replenishment.decide import rule_of
from inventory.ports import returns_said, sku_panels
from inventory.views.forms import applied
from inventory.views.sku_parts import parts_of

OPTIONS = 12


@require_safe
@may("inventory.view_sku")
def sku_options(request: HttpRequest) -> HttpResponse:
    """What a field for a SKU suggests while one types: its code, barcode or words of its title.

    The field sends itself, whatever it is called; the answer fills its datalist.
    """
    words = next(iter(request.GET.values()), "").replace("\x00", "").strip()[:100]
    skus = Sku.objects.active().with_stock().order_by("code")
    found = filters.SkuFilter({"q": words}, queryset=skus).qs[:OPTIONS] if words else []
    return render(request, "inventory/sku_options.html", {"skus": found})


@require_safe
@may("inventory.view_sku")
def sku_list(request: HttpRequest) -> HttpResponse:
    return list_page(
        request,
        rows=Sku.objects.for_list(),
        filters=filters.SkuFilter,
        table=tables.SkuTable,
        name="inventory.sku_list",
        title="SKUs",
        template="inventory/sku_list.html",
        views=[
            ("Out of stock", "out_of_stock=true"),
            ("On no channel", "unlisted=true"),
            ("Archived", "active=false"),
            ("Dangerous goods", "hazardous=true"),
        ],
    )


@require_safe
@may("inventory.view_sku")
def sku(request: HttpRequest, public_id: str) -> HttpResponse:
    """What there is of one SKU, where, under which names, and what has happened to it."""
    item = get_object_or_404(Sku.objects.for_list(), public_id=public_id)
    actor = current_actor()
    levels = StockLevel.objects.visible_to(actor).for_sku(item.pk).for_list()
    moved = StockMovement.objects.visible_to(actor).for_list().filter(level__sku=item)
    listed = Listing.objects.visible_to(actor).for_list().filter(sku=item)
    return detail_page(
        request,
        subject=item,
        kind="sku",
        template="inventory/sku.html",
        slot=sku_panels,
        context={
            "title": item.code,
            "levels": levels.order_by("warehouse__code"),
            "movements": moved.order_by("-id")[:20],
            "listings": listed.order_by("channel__code"),
            "adjust_form": forms.AdjustForm(auto_id="adjust-%s"),
            "safety_form": forms.SafetyForm(auto_id="safety-%s"),
            "move_form": forms.MoveForm(auto_id="move-%s"),
            "advice": Replenishment.objects.visible_to(actor).for_list().filter(level__sku=item),
            "may_change": item.archived_at is None and actor.may("inventory.change_sku"),
            **parts_of(item),
            "completeness": of_sku(item, Channel.objects.visible_to(actor).active()),
            "described": returns_said.answer.not_as_described([item.pk]).get(item.pk, 0),
            "replenishment_form": forms.ReplenishmentForm.of(rule_of(item)),
        },
    )


@require_http_methods(["GET", "POST"])
@may("inventory.create_sku")
def sku_new(request: HttpRequest) -> HttpResponse:
    start = {"currency": "GBP", "active": True, "product": request.GET.get("product")}
    form = forms.SkuForm(request.POST or None, initial=start)
    made = None
    if request.method == "POST":
        made = applied(form, lambda: _make(form))
    if made is not None:
        messages.success(request, f"{made} was created.")
        return redirect(made)
    return _form_page(request, form, "New SKU", "Create SKU")


def _make(form: forms.SkuForm) -> Sku:
    product = form.cleaned_data["product"]
    return create_sku(form.changes(), product_id=product.pk if product else None)


@require_http_methods(["GET", "POST"])
@may("inventory.change_sku")
def sku_change(request: HttpRequest, public_id: str) -> HttpResponse:
    item = get_object_or_404(Sku, public_id=public_id)
    form = forms.SkuForm(request.POST) if request.method == "POST" else forms.SkuForm.of(item)
    if form.is_bound and applied(form, lambda: change_sku(item.pk, form.changes())) is not None:
        messages.success(request, f"{item} was changed.")
        return redirect(item)
    return _form_page(request, form, f"Change {item}", "Save")


@require_safe
@may("inventory.view_product")
def product_list(request: HttpRequest) -> HttpResponse:
    return list_page(
        request,
        rows=Product.objects.annotate(sku_count=Count("skus")),
        filters=filters.ProductFilter,
        table=tables.ProductTable,
        name="inventory.product_list",
        title="Products",
        template="inventory/product_list.html",
    )


@require_safe
@may("inventory.view_product")
def product(request: HttpRequest, public_id: str) -> HttpResponse:
    found = get_object_or_404(Product, public_id=public_id)
    skus = Sku.objects.for_list().filter(product=found).order_by("code")
    return detail_page(
        request,
        subject=found,
        kind="product",
        template="inventory/product.html",
        context={"title": found.title, "skus": skus},
    )


@require_http_methods(["GET", "POST"])
@may("inventory.create_sku")
def product_new(request: HttpRequest) -> HttpResponse:
    form = forms.ProductForm(request.POST or None)
    made = None
    if request.method == "POST":
        made = applied(form, lambda: create_product(**form.cleaned_data))
    if made is not None:
        messages.success(request, f"{made} was created.")
        return redirect(made)
    return _form_page(request, form, "New product", "Create product")


@require_http_methods(["GET", "POST"])
@may("inventory.change_sku")
def product_change(request: HttpRequest, public_id: str) -> HttpResponse:
    found = get_object_or_404(Product, public_id=public_id)
    start = {name: getattr(found, name) for name in forms.ProductForm.base_fields}
    form = forms.ProductForm(request.POST or None, initial=start)
    if request.method == "POST":
        done = applied(form, lambda: change_product(found.pk, form.cleaned_data))
        if done is not None:
            messages.success(request, f"{done} was changed.")
            return redirect(done)
    return _form_page(request, form, f"Change {found}", "Save")


@require_POST
@may("inventory.change_sku")
def product_archive(request: HttpRequest, public_id: str) -> HttpResponse:
    found = get_object_or_404(Product, public_id=public_id)
    archived = archive_product(found.pk, archived=found.archived_at is None)
    messages.success(request, f"{found} was {'archived' if archived.archived_at else 'restored'}.")
    return redirect(found)


@require_safe
@may("inventory.view_warehouse")
def warehouse_list(request: HttpRequest) -> HttpResponse:
    return list_page(
        request,
        rows=Warehouse.objects.visible_to(current_actor()),
        filters=filters.WarehouseFilter,
        table=tables.WarehouseTable,
        name="inventory.warehouse_list",
        title="Warehouses",
    )


@require_safe
@may("inventory.view_warehouse")
def warehouse(request: HttpRequest, public_id: str) -> HttpResponse:
    place = get_object_or_404(Warehouse.objects.visible_to(current_actor()), public_id=public_id)
    return detail_page(
        request,
        subject=place,
        kind="warehouse",
        template="inventory/warehouse.html",
        context={
            "title": place.name,
            "totals": StockLevel.objects.filter(warehouse=place).totals(),
            "bins": place.bins.order_by("position", "code")[:500],
            "ranks": place.ranks.select_related("channel").order_by("channel__code"),
        },
    )


def _form_page(request: HttpRequest, form: Any, title: str, label: str) -> HttpResponse:
    told = {"title": title, "form": form, "label": label}
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "inventory/form.html", told, status=status)
