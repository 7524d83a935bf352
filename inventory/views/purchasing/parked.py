"""Goods that nobody knows: put aside, looked at, settled."""

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
from inventory.models import ParkedGoods, Sku
from inventory.operations.catalog.find import sku_called
from inventory.operations.purchasing.find import purchase_called
from inventory.operations.purchasing.park import park_goods, send_back_parked, take_in_parked
from inventory.views.forms import applied
from inventory.views.purchasing.shared import form_page, paper


@require_safe
@may("inventory.view_parkedgoods")
def parked_list(request: HttpRequest) -> HttpResponse:
    return list_page(
        request,
        rows=ParkedGoods.objects.visible_to(current_actor()).for_list(),
        filters=filters.ParkedFilter,
        table=tables.ParkedTable,
        name="purchasing.parked_list",
        title="Parked goods",
        template="inventory/purchasing/parked_list.html",
        views=[("Waiting", "state=parked")],
    )


@require_safe
@may("inventory.view_parkedgoods")
def parked(request: HttpRequest, public_id: str) -> HttpResponse:
    """What is known of parked goods, and which SKUs they may be."""
    found = _parked(public_id)
    return detail_page(
        request,
        subject=found,
        kind="parked_goods",
        template="inventory/purchasing/parked.html",
        context={
            "title": str(found),
            "form": forms.TakeInForm(),
            "tone": tables.PARKED_TONES.get(found.get_state_display(), ""),
            "guesses": _guesses(found),
        },
    )


def _guesses(parked: ParkedGoods) -> list[Sku]:
    """What they may be: lines of the order that still miss units, what has that code."""
    found: list[Sku] = []
    if parked.order_id:
        lines = parked.order.lines.select_related("sku").order_by("sku__code")
        found = [line.sku for line in lines if line.units_open][:5]
    if parked.barcode:
        coded = Sku.objects.active().with_barcode(parked.barcode)
        alike = Sku.objects.active().filter(code__istartswith=parked.barcode[:6])
        found += [sku for sku in [*coded, *alike[:5]] if sku not in found]
    return found


@require_http_methods(["GET", "POST"])
@may("inventory.park_goods")
def park(request: HttpRequest) -> HttpResponse:
    form = forms.ParkForm(request.POST or None, request.FILES or None, initial=request.GET.dict())
    made = applied(form, lambda: _park(form.cleaned_data)) if form.is_bound else None
    if made is not None:
        messages.success(request, f"{made.units:,} units are parked.")
        return redirect(made if current_actor().may("inventory.view_parkedgoods") else request.path)
    return form_page(request, form, "Park unknown goods", "Park them")


def _park(given: dict[str, Any]) -> ParkedGoods:
    number = given["order"].strip()
    order = purchase_called(number) if number else None
    return park_goods(
        given["warehouse"].pk,
        units=given["units"],
        barcode=given["barcode"],
        description=given["description"],
        order_id=order.pk if order else None,
        photo=given["photo"],
    )


@require_safe
@may("inventory.view_parkedgoods")
def photo(request: HttpRequest, public_id: str) -> Any:
    """The picture that was taken of them."""
    found = _parked(public_id)
    return paper(found.photo, str(found))


@require_POST
@may("inventory.settle_parked")
def take_in(request: HttpRequest, public_id: str) -> HttpResponse:
    found = _parked(public_id)
    given = require_valid(forms.TakeInForm(request.POST))
    sku = sku_called(given["sku"])
    take_in_parked(found.pk, sku.pk, note=given["note"])
    messages.success(request, f"{found.units:,} units were taken in as {sku}.")
    return redirect(found)


@require_POST
@may("inventory.settle_parked")
def send_back(request: HttpRequest, public_id: str) -> HttpResponse:
    found = _parked(public_id)
    send_back_parked(found.pk, reason=request.POST.get("reason", ""))
    messages.success(request, "Noted that they went back.")
    return redirect(found)


def _parked(public_id: str) -> ParkedGoods:
    mine = ParkedGoods.objects.visible_to(current_actor()).for_list()
    return get_object_or_404(mine, public_id=public_id)
