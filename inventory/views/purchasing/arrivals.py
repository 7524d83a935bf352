"""Goods that arrive for orders: a whole delivery at a desk, or item by item with a scanner."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from core.actor import current_actor
from core.errors import BadValue
from core.http import may
from core.ids import new_public_id
from inventory import purchasing_forms as forms
from inventory.models import PurchaseLine, PurchaseOrder, Sku
from inventory.operations.catalog.find import scanned, units_scanned
from inventory.operations.purchasing.find import purchase_called
from inventory.operations.purchasing.receive import OVER, ArrivedLine, receive_purchase
from inventory.states import EXPECTED
from inventory.views.forms import applied
from inventory.views.purchasing.shared import order_of


@require_http_methods(["GET", "POST"])
@may("inventory.receive_purchase")
def receive(request: HttpRequest, public_id: str) -> HttpResponse:
    """A delivery at a desk: how many of each line came, how many of them are damaged."""
    order = order_of(public_id)
    lines = list(order.lines.select_related("sku").order_by("sku__code"))
    start = {"key": new_public_id()}
    form = forms.ArrivedForm(request.POST or None, initial=start)
    if form.is_bound:
        done = applied(form, lambda: _receive(request, form, order, lines))
        if done is not None:
            units = sum(row.units for row in done.lines.filter(key=form.cleaned_data["key"]))
            messages.success(request, f"{done}: {units:,} units taken in.")
            if current_actor().may("inventory.view_purchaseorder"):
                return redirect(order)
            return redirect(f"{reverse('purchasing:scan')}?order={order.number}")
    told = {
        "title": f"Receive {order}",
        "subject": order,
        "form": form,
        "expects": order.status in EXPECTED,
        "may_over": current_actor().may(OVER),
        "rows": [(line, *_typed(request, line)) for line in lines],
    }
    status = 422 if form.errors else 200
    return render(request, "inventory/purchasing/receive.html", told, status=status)


def _typed(request: HttpRequest, line: PurchaseLine) -> tuple[str, str, str]:
    """What was typed for a line, when the page is shown again."""
    names = ("units", "damaged", "over")
    units, damaged, over = (request.POST.get(f"{n}-{line.sku_id}", "")[:200] for n in names)
    return units, damaged, over


def _receive(
    request: HttpRequest, form: Any, order: PurchaseOrder, lines: list[PurchaseLine]
) -> Any:
    given = form.cleaned_data
    arrived = forms.arrived_lines(request.POST, [line.sku_id for line in lines])
    return receive_purchase(
        order.pk, arrived, key=given["key"], delivery_note=given["delivery_note"]
    )


@require_http_methods(["GET", "POST"])
@may("inventory.receive_purchase")
def scan(request: HttpRequest) -> HttpResponse:
    """With a scanner: the order first, then each item; the page goes on where it stopped."""
    if request.method == "POST":
        return _scanned(request)
    number, note = request.GET.get("order", "")[:32], request.GET.get("note", "")[:60]
    return _scan_page(request, _known(number), note, answer=_taken(request))


def _scanned(request: HttpRequest) -> HttpResponse:
    form = forms.PurchaseScanForm(request.POST)
    given = applied(form, lambda: _take(form.cleaned_data))
    if given is None:
        order = _known(form.data.get("order", "")[:32])
        wrong = {"tone": "bad", "text": next(iter(form.errors.values()))[0]}
        note, code = form.data.get("note", "")[:60], form.data.get("barcode", "")[:64]
        return _scan_page(request, order, note, answer=wrong, unknown=code)
    return redirect(f"{reverse('purchasing:scan')}?{urlencode(given)}")


def _take(given: dict[str, Any]) -> dict[str, Any]:
    """Book one scan; return what the next page is opened with."""
    code, number = given["barcode"].strip(), given["order"]
    if not number or _known(code) is not None:
        order = purchase_called(code, field="barcode")
        if order.status not in EXPECTED:
            fix = f"{order} is {order.get_status_display().lower()}; nothing is expected for it."
            raise BadValue(field="barcode", fix=fix)
        return {"order": order.number, "note": given["note"]}
    order = purchase_called(number)
    sku, each = _item(order, code)
    units = given["units"] * each
    receive_purchase(
        order.pk,
        [ArrivedLine(sku_id=sku.pk, units=units, damaged=units if given["damaged"] else 0)],
        key=f"scan {given['scan']}",
        delivery_note=given["note"],
    )
    return {
        "order": order.number, "note": given["note"], "took": sku.code, "units": units,
        **({"damaged": "1"} if given["damaged"] else {}),
    }  # fmt: skip


def _item(order: PurchaseOrder, code: str) -> tuple[Sku, int]:
    """What of the order was scanned, and how many units that is.

    By our code, any of its barcodes or the vendor's code, which is one unit.
    """
    skus = {line.sku_id: line.sku for line in order.lines.select_related("sku")}
    for sku_id, units in units_scanned(code, list(skus.values())).items():
        return skus[sku_id], units
    if code and (line := order.lines.filter(vendor_code=code).select_related("sku").first()):
        return line.sku, 1
    try:
        scanned(code)
        why = f"{code} is not on {order}"
    except BadValue:
        why = f"Nobody knows {code}"
    raise BadValue(field="barcode", fix=f"{why}. Put it aside: park it below.")


def _known(number: str) -> PurchaseOrder | None:
    mine = PurchaseOrder.objects.visible_to(current_actor()).for_list()
    return mine.filter(number__iexact=number).first() if number else None


def _taken(request: HttpRequest) -> dict[str, str] | None:
    """What the scan before did; the code is shown only when it is a SKU's."""
    sku = Sku.objects.filter(code=request.GET.get("took", "")).first()
    units = request.GET.get("units", "")
    if sku is None or not units.isdecimal():
        return None
    if request.GET.get("damaged"):
        return {"tone": "warning", "text": f"+{units[:7]} {sku.code}, damaged"}
    return {"tone": "good", "text": f"+{units[:7]} {sku.code}: {sku.title}"}


def _scan_page(
    request: HttpRequest,
    order: PurchaseOrder | None,
    note: str,
    *,
    answer: dict[str, str] | None = None,
    unknown: str = "",
) -> HttpResponse:
    mine = PurchaseOrder.objects.visible_to(current_actor()).for_list()
    lines = list(order.lines.select_related("sku").order_by("sku__code")) if order else []
    told = {
        "title": f"Receive {order}" if order else "Receive an order",
        "order": order,
        "note": note,
        "scan": new_public_id(),
        "answer": answer,
        "unknown": unknown if order else "",
        "lines": sorted(lines, key=lambda line: not line.units_open),
        "units_open": sum(line.units_open for line in lines),
        "expected": [] if order else mine.expected().order_by("expected_on", "id")[:30],
    }
    status = 422 if answer and answer["tone"] == "bad" else 200
    return render(request, "inventory/purchasing/scan.html", told, status=status)
