"""The pick page: one field, location first, then item."""

from typing import Any

from django.contrib import messages
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.actor import current_actor
from core.errors import Refused
from core.http import may
from core.lists import list_page
from orders.states import FulfillmentOrderStatus
from shipping.filters import PickListFilter
from shipping.forms import ScanForm, ShortForm
from shipping.models import PickLine, PickList
from shipping.operations.pick import Scan, pick_unit, short_pick
from shipping.tables import PickListTable
from shipping.views.queue import page_of_code
from shipping.views.scans import good, shown_scan, taken_scan


@require_safe
@may("shipping.view_picklist")
def pick_list(request: HttpRequest) -> HttpResponse:
    return list_page(
        request,
        rows=PickList.objects.visible_to(current_actor()).for_list(),
        filters=PickListFilter,
        table=PickListTable,
        name="shipping.pick_list",
        title="Pick lists",
    )


@require_safe
@may("shipping.view_picklist")
def pick(request: HttpRequest, public_id: str) -> HttpResponse:
    return _page(request, _picks(public_id), taken_scan(request))


@require_http_methods(["GET", "HEAD", "POST"])
@may("shipping.pick_unit")
def pick_scan(request: HttpRequest, public_id: str) -> HttpResponse:
    picks, form = _picks(public_id), ScanForm(request.POST)
    if request.method != "POST":  # the address that a refused scan leaves behind, opened again
        return redirect(picks)
    if not form.is_valid():
        told = shown_scan("bad", "Scan a code; units are a number from 1.")
        return _page(request, picks, told, status=422)
    try:
        scan = pick_unit(
            picks.pk, barcode=form.cleaned_data["barcode"], units=form.cleaned_data["units"]
        )
    except Refused as no:  # the operation is over and undone: the page says it loudly
        return _page(request, picks, shown_scan("bad", str(no)), status=no.status)
    good(request, _said(scan))
    return redirect(picks)


@require_safe
@may("shipping.view_picklist")
def pick_find(request: HttpRequest, public_id: str) -> HttpResponse:
    """After a walk: lead the scan of a tote, or of anything else that has a page, to it."""
    picks = _picks(public_id)
    code = request.GET.get("barcode", "").strip()[:64]
    number = code.lower().removeprefix("tote").strip()
    for tote in _totes(picks):
        if str(tote["number"]) == number:
            return redirect("shipping:pack", tote["work"].public_id)
    if found := page_of_code(code):
        return redirect(found)
    told = shown_scan("bad", f"There is no tote, order, parcel or pick list {code}.")
    return _page(request, picks, told, status=404)


def _said(scan: Scan) -> str:
    if scan.kind == "location":
        return f"{scan.line.bin} is right."
    done = " The walk is done." if scan.done else ""
    return f"{scan.units} × {scan.line.sku} into tote {scan.line.tote}.{done}"


@require_POST
@may("shipping.pick_unit")
def pick_short(request: HttpRequest, public_id: str) -> HttpResponse:
    picks, form = _picks(public_id), ShortForm(request.POST)
    if form.is_valid():
        short_pick(picks.pk, line_id=form.cleaned_data["line"], units=form.cleaned_data["units"])
        messages.success(request, "Noted as not found; somebody will look for it.")
    else:
        messages.error(request, "Say how many are missing, from 1.")
    return redirect(picks)


@require_safe
@may("shipping.view_picklist")
def pick_print(request: HttpRequest, public_id: str) -> HttpResponse:
    """The walk on paper, for when the scanner is empty."""
    picks = _picks(public_id)
    told = {"title": f"Pick list {picks}", "picks": picks, "lines": _lines(picks)}
    return render(request, "shipping/pick_print.html", told)


def _picks(public_id: str) -> PickList:
    rows = PickList.objects.visible_to(current_actor()).select_related("warehouse", "picker")
    return get_object_or_404(rows, public_id=public_id)


def _lines(picks: PickList) -> Any:
    lines = PickLine.objects.filter(pick_list=picks).order_by("position")
    return lines.select_related("bin", "sku", "fulfillment")


def _totes(picks: PickList) -> list[dict[str, Any]]:
    """What a finished walk brings to the bench, tote by tote: {"number", "work"}."""
    lines = PickLine.objects.filter(
        pick_list=picks, units_picked__gt=0, fulfillment__status=FulfillmentOrderStatus.PICKED
    ).select_related("fulfillment")
    found = {line.tote: line.fulfillment for line in lines.order_by("tote")}
    return [{"number": tote, "work": work} for tote, work in found.items()]


def _page(
    request: HttpRequest, picks: PickList, scan: dict[str, str], *, status: int = 200
) -> HttpResponse:
    picks.refresh_from_db(fields=["at_bin", "state"])
    lines = _lines(picks)
    left = [line for line in lines if line.units_left]
    current = left[0] if left else None
    wants_bin = bool(current and current.bin_id and picks.at_bin_id != current.bin_id)
    totals = picks.lines.aggregate(units=Sum("units", default=0), taken=Sum("units_picked"))
    told = {
        "title": f"Pick {picks}",
        "picks": picks,
        "line": current,
        "wants": "location" if wants_bin else "item",
        "left": left[1:8],
        "units_total": totals["units"],
        "units_taken": totals["taken"] or 0,
        "totes": [] if current else _totes(picks),
        "answer": scan,
        "scan_url": reverse("shipping:pick_scan", args=[picks.public_id]),
    }
    return render(request, "shipping/pick.html", told, status=status)
