"""The pack page: check each unit into the carton, take the proposed one, close it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.actor import current_actor
from core.errors import Refused
from core.http import may
from orders.models import FulfillmentOrder
from shipping.forms import PackForm, ScanForm
from shipping.models import Carton, PackScan, Parcel
from shipping.operations.pack import clear_scans, pack_parcel, scan_pack, units_to_pack
from shipping.rating.cartons import Proposal, item_of, propose_cartons
from shipping.views.scans import good, shown_scan, taken_scan


@require_safe
@may("shipping.pack_parcel")
def pack(request: HttpRequest, public_id: str) -> HttpResponse:
    return _page(request, _work(public_id), taken_scan(request))


@require_http_methods(["GET", "HEAD", "POST"])
@may("shipping.pack_parcel")
def pack_scan(request: HttpRequest, public_id: str) -> HttpResponse:
    if request.method != "POST":  # the address that a refused scan leaves behind, opened again
        return redirect("shipping:pack", public_id)
    work, form = _work(public_id), ScanForm(request.POST)
    if not form.is_valid():
        told = shown_scan("bad", "Scan a code; units are a number from 1.")
        return _page(request, work, told, status=422)
    given = form.cleaned_data
    try:
        scan = scan_pack(work.pk, barcode=given["barcode"], units=given["units"])
    except Refused as no:  # the operation is over and undone: the page says it loudly
        return _page(request, work, shown_scan("bad", str(no)), status=no.status)
    sku = scan.fulfillment_line.order_line.sku
    good(request, f"{scan.taken} × {sku} in the carton.")
    return redirect("shipping:pack", public_id)


@require_POST
@may("shipping.pack_parcel")
def pack_clear(request: HttpRequest, public_id: str) -> HttpResponse:
    clear_scans(_work(public_id).pk)
    return redirect("shipping:pack", public_id)


@require_POST
@may("shipping.pack_parcel")
def pack_close(request: HttpRequest, public_id: str) -> HttpResponse:
    work, form = _work(public_id), PackForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Choose a carton; the weight is in whole grams.")
        return redirect("shipping:pack", public_id)
    parcel = pack_parcel(
        work.pk,
        carton_code=form.cleaned_data["carton"],
        weight_grams=form.cleaned_data["weight_grams"],
    )
    messages.success(request, f"Parcel {parcel} is packed; its carrier is being selected.")
    return redirect(parcel)


@require_safe
@may("shipping.view_parcel")
def slip(request: HttpRequest, public_id: str) -> HttpResponse:
    """The packing slip: what is in this parcel, for the customer; no prices."""
    parcels = Parcel.objects.visible_to(current_actor()).for_list()
    parcel = get_object_or_404(parcels, public_id=public_id)
    lines = parcel.lines.select_related("fulfillment_line__order_line__sku").order_by("id")
    order = parcel.fulfillment.order
    told = {"title": f"Packing slip {parcel}", "parcel": parcel, "order": order, "lines": lines}
    return render(request, "shipping/slip.html", told)


def _work(public_id: str) -> FulfillmentOrder:
    rows = FulfillmentOrder.objects.visible_to(current_actor()).for_list()
    return get_object_or_404(rows, public_id=public_id)


def _page(
    request: HttpRequest, work: FulfillmentOrder, scan: dict[str, str], *, status: int = 200
) -> HttpResponse:
    left = units_to_pack(work)
    scanned = dict(
        PackScan.objects.filter(fulfillment=work).values_list("fulfillment_line", "units")
    )
    lines = [
        {"line": line, "sku": line.order_line.sku, "units": units,
         "scanned": scanned.get(line.pk, 0)}
        for line, units in left.items()
    ]  # fmt: skip
    proposals = _proposals(lines, scanned)
    first = proposals[0] if proposals else None
    initial = {"carton": first.carton.code if first and first.carton else ""}
    told = {
        "title": f"Pack {work}",
        "work": work,
        "lines": lines,
        "all_scanned": bool(lines) and all(row["scanned"] == row["units"] for row in lines),
        "any_scanned": any(row["scanned"] for row in lines),
        "proposals": proposals,
        "proposal": first,
        "form": PackForm(initial=initial),
        "parcels": Parcel.objects.live().for_list().filter(fulfillment=work).order_by("id"),
        "answer": scan,
        "scan_url": reverse("shipping:pack_scan", args=[work.public_id]),
    }
    return render(request, "shipping/pack.html", told, status=status)


def _proposals(lines: list[dict[str, Any]], scanned: dict[int, int]) -> list[Proposal]:
    """For what is in the open carton; when nothing is, for all that is left."""
    count = "scanned" if any(scanned.values()) else "units"
    items = [item_of(row["line"].pk, row[count], row["sku"]) for row in lines if row[count]]
    return propose_cartons(items, list(Carton.objects.filter(active=True)))
