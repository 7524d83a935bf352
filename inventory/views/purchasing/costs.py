"""Receipts and what they cost: landed costs, layers, averages, rates."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import clock
from core.actor import current_actor
from core.http import may
from core.lists import list_page
from core.money import Money
from core.pages import detail_page
from inventory import purchasing_filters as filters
from inventory import purchasing_forms as forms
from inventory import purchasing_tables as tables
from inventory.forms import require_valid
from inventory.models import (
    CostEntry,
    CostLayer,
    ExchangeRate,
    LandedShare,
    Receipt,
    StockCost,
)
from inventory.operations.purchasing.costing import per_unit
from inventory.operations.purchasing.landed import add_landed_cost
from inventory.operations.purchasing.rates import set_rate
from inventory.views.forms import applied
from inventory.views.purchasing.shared import form_page

SHOWN = 50


@require_safe
@may("inventory.view_receipt")
def receipt_list(request: HttpRequest) -> HttpResponse:
    return list_page(
        request,
        rows=Receipt.objects.visible_to(current_actor()).for_list(),
        filters=filters.ReceiptFilter,
        table=tables.ReceiptTable,
        name="purchasing.receipt_list",
        title="Receipts",
    )


@require_safe
@may("inventory.view_receipt")
def receipt(request: HttpRequest, public_id: str) -> HttpResponse:
    """One delivery: what came, what each unit cost with all that was added."""
    found = _receipt(public_id)
    shares = Prefetch("layer__shares", LandedShare.objects.all())
    rows = list(
        found.lines.select_related("line__sku", "layer").prefetch_related(shares).order_by("id")
    )
    zero = Money.zero(settings.COMPANY_CURRENCY)
    lines = []
    for row in rows:
        row.receipt = found
        landed = sum((share.amount for share in row.layer.shares.all()), zero)
        lines.append((row, landed, per_unit(row.cost + landed, row.units)))
    return detail_page(
        request,
        subject=found,
        kind="receipt",
        template="inventory/purchasing/receipt.html",
        context={
            "title": found.number,
            "lines": lines,
            "cost": sum((row.cost for row in rows), zero),
            "landed_sum": sum((landed for _, landed, _ in lines), zero),
            "landed": found.landed.order_by("id"),
            "form": forms.LandedForm(initial={"currency": found.currency}),
        },
    )


@require_POST
@may("inventory.add_landed_cost")
def landed(request: HttpRequest, public_id: str) -> HttpResponse:
    found = _receipt(public_id)
    form = forms.LandedForm(request.POST)
    given: dict[str, Any] = require_valid(form)
    made = add_landed_cost(
        found.pk,
        kind=given["kind"],
        amount=form.money(),
        spread_by=given["spread_by"],
        document=given["document"],
    )
    messages.success(request, f"{made.amount.shown()} was spread over the goods.")
    return redirect(found)


def _receipt(public_id: str) -> Receipt:
    mine = Receipt.objects.visible_to(current_actor()).for_list()
    return get_object_or_404(mine, public_id=public_id)


@require_safe
@may("inventory.view_stockcost")
def cost_list(request: HttpRequest) -> HttpResponse:
    return list_page(
        request,
        rows=StockCost.objects.visible_to(current_actor()).for_list(),
        filters=filters.StockCostFilter,
        table=tables.StockCostTable,
        name="purchasing.cost_list",
        title="Stock costs",
        template="inventory/purchasing/cost_list.html",
    )


@require_safe
@may("inventory.view_stockcost")
def cost(request: HttpRequest, public_id: str) -> HttpResponse:
    """What proves a cost: each layer, and each step of the average."""
    mine = StockCost.objects.visible_to(current_actor()).for_list()
    found = get_object_or_404(mine, public_id=public_id)
    here = {"sku": found.sku, "warehouse": found.warehouse}
    layers = CostLayer.objects.filter(**here).select_related("receipt_line__receipt__order")
    entries = CostEntry.objects.filter(**here).select_related(
        "layer__receipt_line__receipt", "share__landed"
    )
    return detail_page(
        request,
        subject=found,
        kind="stock_cost",
        template="inventory/purchasing/cost.html",
        context={
            "title": f"{found.sku} in {found.warehouse}",
            "layers": _left(layers.prefetch_related("shares").order_by("-id")[:SHOWN], found),
            "entries": entries.order_by("-id")[:SHOWN],
            "shown": SHOWN,
        },
    )


def _left(layers: Any, cost: StockCost) -> list[tuple[CostLayer, int, Money, Any]]:
    """Each layer with how much of it is still there: what is there came in last."""
    left, found = cost.units_there or 0, []  # type: ignore[attr-defined]
    for layer in layers:
        here = min(left, layer.units)
        left -= here
        value = sum((share.amount for share in layer.shares.all()), layer.value)
        found.append((layer, here, value, per_unit(value, layer.units)))
    return found


@require_safe
@may("inventory.view_exchangerate")
def rate_list(request: HttpRequest) -> HttpResponse:
    return list_page(
        request,
        rows=ExchangeRate.objects.all(),
        filters=filters.RateFilter,
        table=tables.RateTable,
        name="purchasing.rate_list",
        title="Exchange rates",
        template="inventory/purchasing/rate_list.html",
        context={"company_currency": settings.COMPANY_CURRENCY},
    )


@require_http_methods(["GET", "POST"])
@may("inventory.set_rate")
def rate_set(request: HttpRequest) -> HttpResponse:
    form = forms.RateForm(request.POST or None, initial={"day": clock.today()})
    made = applied(form, lambda: set_rate(**form.cleaned_data)) if form.is_bound else None
    if made is not None:
        messages.success(
            request, f"1 {made.currency} is {made.rate.normalize():f} from {made.day}."
        )
        return redirect("purchasing:rate_list")
    return form_page(request, form, "Set an exchange rate", "Set it")
