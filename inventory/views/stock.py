"""Levels, movements, goods that arrive, corrections."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import Max, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.actor import current_actor
from core.http import may
from core.ids import new_public_id
from core.lists import list_page
from inventory import filters, forms, tables
from inventory.models import Bin, Sku, StockLevel, StockMovement, Warehouse
from inventory.operations.catalog.find import scanned
from inventory.operations.stock.adjust import (
    AdjustOutcome,
    adjust_stock,
    set_safety_stock,
    set_stock,
)
from inventory.operations.stock.receive import receive_stock
from inventory.operations.stock.restock import move_bucket
from inventory.operations.stock.take_back import take_back_receipt
from inventory.views.forms import applied

SCANS_SHOWN = 20


@require_safe
@may("inventory.view_stocklevel")
def stock(request: HttpRequest) -> HttpResponse:
    return list_page(
        request,
        rows=StockLevel.objects.visible_to(current_actor()).for_list(),
        filters=filters.StockFilter,
        table=tables.StockTable,
        name="inventory.stock",
        title="Stock",
        template="inventory/stock.html",
        views=[
            ("Out of stock", "out_of_stock=true"),
            ("Below reorder point", "below_reorder_point=true"),
            ("Overstock", "overstocked=true"),
            ("Not moving", "not_moving=true"),
            ("Set aside", "set_aside=true"),
            ("Kept from channels", "held_back=true"),
        ],
    )


@require_safe
@may("inventory.view_stockmovement")
def movement_list(request: HttpRequest) -> HttpResponse:
    return list_page(
        request,
        rows=StockMovement.objects.visible_to(current_actor()).for_list(),
        filters=filters.MovementFilter,
        table=tables.MovementTable,
        name="inventory.movement_list",
        title="Movements",
    )


@require_POST
@may("inventory.adjust_stock")
def adjust(request: HttpRequest, public_id: str) -> HttpResponse:
    sku, given = _given(request, public_id, forms.AdjustForm)
    return _corrected(request, adjust_stock(sku.pk, given.pop("warehouse").pk, **given))


@require_POST
@may("inventory.adjust_stock")
def count(request: HttpRequest, public_id: str) -> HttpResponse:
    sku, given = _given(request, public_id, forms.SetForm)
    return _corrected(request, set_stock(sku.pk, given.pop("warehouse").pk, **given))


def _corrected(request: HttpRequest, outcome: AdjustOutcome) -> HttpResponse:
    level = outcome.level
    if outcome.approval is not None:
        messages.info(request, "That is above your limit: a second person has been asked.")
    else:
        messages.success(request, f"{level.sku}: {level.on_hand} on hand in {level.warehouse}.")
    return redirect(level.sku)


@require_POST
@may("inventory.set_safety_stock")
def safety(request: HttpRequest, public_id: str) -> HttpResponse:
    sku, given = _given(request, public_id, forms.SafetyForm)
    level = set_safety_stock(sku.pk, given["warehouse"].pk, units=given["units"])
    messages.success(request, f"{sku}: {level.safety_stock} are kept from channels.")
    return redirect(sku)


@require_POST
@may("inventory.move_bucket")
def move(request: HttpRequest, public_id: str) -> HttpResponse:
    sku, given = _given(request, public_id, forms.MoveForm)
    move_bucket(
        sku.pk,
        given["warehouse"].pk,
        given["units"],
        source=given["source"],
        target=given["target"] or None,
        reason=given["reason"],
        key=new_public_id(),
    )
    messages.success(request, f"{sku}: {given['units']} moved.")
    return redirect(sku)


def _given(request: HttpRequest, public_id: str, form_class: Any) -> tuple[Sku, dict[str, Any]]:
    """The SKU and the form's values; raises BadValue for the first field that will not do."""
    sku = get_object_or_404(Sku, public_id=public_id)
    form = form_class(request.POST)
    return sku, forms.require_valid(form)


@require_http_methods(["GET", "POST"])
@may("inventory.receive_stock")
def receive(request: HttpRequest) -> HttpResponse:
    """Take goods in by scanning: where and for which delivery first, then bins and items."""
    if request.method == "POST":
        return _scan(request)
    started = forms.ReceiptForm(request.GET or None)
    if not request.GET or not started.is_valid():
        return render(
            request, "inventory/receive_start.html", {"title": "Receive goods", "form": started}
        )
    place, reference = started.cleaned_data["warehouse"], started.cleaned_data["reference"]
    shelf = request.GET.get("bin", "")[:32]
    return _scan_page(request, place, reference, shelf, answer=_taken(request))


def _scan(request: HttpRequest) -> HttpResponse:
    form = forms.ScanForm(request.POST)
    given = applied(form, lambda: _take_in(form.cleaned_data))
    if given is None:
        place = form.cleaned_data.get("warehouse")
        reference = form.cleaned_data.get("reference")
        if not place or not reference:
            return redirect("inventory:receive")
        wrong = {"tone": "bad", "text": next(iter(form.errors.values()))[0]}
        return _scan_page(request, place, reference, form.data.get("bin", "")[:32], answer=wrong)
    return redirect(f"{reverse('inventory:receive')}?{urlencode(given)}")


@require_POST
@may("inventory.receive_stock")
def take_back(request: HttpRequest) -> HttpResponse:
    """Undo one scan of a delivery."""
    given = forms.require_valid(forms.TakeBackForm(request.POST))
    place, sku = given["warehouse"], given["sku"]
    take_back_receipt(place.pk, sku_id=sku.pk, key=given["key"])
    messages.success(request, f"{sku} was taken back from {given['reference']}.")
    resumed = {"warehouse": place.code, "reference": given["reference"], "bin": given["bin"]}
    return redirect(f"{reverse('inventory:receive')}?{urlencode(resumed)}")


def _taken(request: HttpRequest) -> dict[str, str] | None:
    """What the scan before did; the code is shown only when it is a SKU's."""
    sku = Sku.objects.filter(code=request.GET.get("took", "")).first()
    units = request.GET.get("units", "")
    if sku is None or not units.isdecimal():
        return None
    return {"tone": "good", "text": f"+{units[:6]} {sku.code}: {sku.title}"}


def _take_in(given: dict[str, Any]) -> dict[str, str]:
    """Book one scan; return what the next page is opened with."""
    place, reference = given["warehouse"], given["reference"]
    resumed = {"warehouse": place.code, "reference": reference, "bin": given["bin"]}
    if Bin.objects.filter(warehouse=place, code=given["barcode"]).exists():
        return resumed | {"bin": given["barcode"]}
    found = scanned(given["barcode"])
    sku, units = found.sku, given["units"] * found.units
    shelf = Bin.objects.filter(warehouse=place, code=given["bin"]).first()
    receive_stock(
        place.pk,
        {sku.pk: units},
        source_kind="receipt",
        source_id=current_actor().user_id or 0,
        key=f"scan {given['scan']}",
        reason=reference,
        bin_ids={sku.pk: shelf.pk} if shelf else None,
    )
    return resumed | {"took": sku.code, "units": units}


def _scan_page(
    request: HttpRequest,
    place: Warehouse,
    reference: str,
    bin_code: str,
    answer: dict[str, str] | None = None,
) -> HttpResponse:
    taken = StockMovement.objects.filter(
        level__warehouse=place, kind__in=("receive", "correct"), counter="on_hand",
        source_kind="receipt", reason=reference[:64],
    )  # fmt: skip
    tally = taken.values("level__sku__code", "level__sku__title", "level__sku__public_id").annotate(
        total=Sum("units"), last=Max("id")
    )
    told = {
        "title": f"Receive {reference}",
        "place": place,
        "reference": reference,
        "bin": bin_code,
        "scan": new_public_id(),
        "answer": answer,
        "tally": tally.exclude(total=0).order_by("-last")[:200],
        "scans": _last_scans(taken),
    }
    status = 422 if answer and answer["tone"] == "bad" else 200
    return render(request, "inventory/receive.html", told, status=status)


def _last_scans(taken: QuerySet[StockMovement]) -> list[StockMovement]:
    """The newest scans of a delivery that were not taken back."""
    newest = list(taken.select_related("level__sku").order_by("-id")[:SCANS_SHOWN])
    undone = {row.key.removeprefix("undo ") for row in newest if row.kind == "correct"}
    return [row for row in newest if row.kind == "receive" and row.key not in undone]
