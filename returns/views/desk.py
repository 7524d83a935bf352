"""The bench: scan, receive, grade."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from core.actor import current_actor
from core.http import may
from core.money import Money
from returns.amounts import policy_of, rules_of, shares_of, shipping_owed
from returns.forms import ROWS, arrived_units, findings
from returns.models import ReturnAuthorization
from returns.operations.inspection import inspect_return
from returns.operations.receive import receive_return
from returns.states import Disposition, Grade, RmaStatus
from returns.views.rmas import rma_or_404


@require_http_methods(["GET", "HEAD", "POST"])
@may("returns.receive_return")
def desk(request: HttpRequest) -> HttpResponse:
    """Scan an RMA number; then receive it, then grade it, on the same page."""
    if request.method == "POST":
        scan = urlencode({"scan": request.POST.get("barcode", "").strip()[:40]})
        return redirect(f"{reverse('returns:desk')}?{scan}")
    scanned = request.GET.get("scan", "").strip()[:40]
    rows = ReturnAuthorization.objects.visible_to(current_actor()).for_list()
    found = rows.filter(number=scanned.upper()).first() if scanned else None
    told: dict[str, Any] = {
        "title": "Returns desk",
        "scanned": scanned,
        "rma": found,
        "answer": _answer(scanned, found),
        "waiting": rows.expected().order_by("requested_at")[:5],
        "to_inspect": rows.to_inspect().order_by("received_at")[:5],
    }
    if found is not None:
        told |= _work_on(found)
    return render(request, "returns/desk.html", told)


@require_POST
@may("returns.receive_return")
def receive(request: HttpRequest, public_id: str) -> HttpResponse:
    found = rma_or_404(public_id)
    receive_return(found.pk, units=arrived_units(request.POST, found.lines.all()))
    messages.success(request, f"Return {found.number} is received. Now grade it.")
    return redirect(f"{reverse('returns:desk')}?scan={found.number}")


@require_POST
@may("returns.inspect_return")
def inspect(request: HttpRequest, public_id: str) -> HttpResponse:
    found = rma_or_404(public_id)
    inspect_return(found.pk, results=findings(request.POST, found.lines.all()))
    messages.success(request, f"Return {found.number} is inspected.")
    return redirect(f"{reverse('returns:desk')}?scan={found.number}")


def _answer(scanned: str, rma: ReturnAuthorization | None) -> dict[str, str] | None:
    """What the desk says of the scan, loud and in color."""
    if not scanned:
        return None
    if rma is None:
        return {"tone": "bad", "text": f"There is no return {scanned}."}
    if rma.status in (RmaStatus.APPROVED, RmaStatus.RECEIVED):
        return {"tone": "good", "text": f"{rma.number}: {rma.get_status_display().lower()}"}
    if rma.status == RmaStatus.REQUESTED:
        return {"tone": "warning", "text": f"{rma.number} is not approved yet: approve it first."}
    return {"tone": "warning", "text": f"{rma.number} is {rma.get_status_display().lower()}."}


def _work_on(rma: ReturnAuthorization) -> dict[str, Any]:
    """What is to be done about the scanned return, and what it would give back."""
    lines = list(rma.lines.select_related("order_line__sku").order_by("order_line__position"))
    told: dict[str, Any] = {"lines": lines, "step": rma.status}
    if rma.status == RmaStatus.RECEIVED:
        told |= {
            "grades": Grade.choices,
            "dispositions": Disposition.choices,
            "worth": _worth(rma),
            "checklist": [(line, _rows(line.units_received)) for line in lines],
        }
    return told


def _rows(units: int) -> list[tuple[int, int]]:
    """Rows of the checklist as (row, units): unit by unit while these are few."""
    if units <= ROWS:
        return [(row, 1) for row in range(units)]
    return [(0, units), (1, 0), (2, 0), (3, 0)]


def _worth(rma: ReturnAuthorization) -> dict[str, Any]:
    """What the whole return would give back in each grade, by the rule that is shown."""
    policy, order = policy_of(rma.channel_id), rma.order
    spans = [
        (run.order_line_id, run.first, run.last)
        for line in rma.lines.prefetch_related("runs")
        for run in line.runs.all()
    ]
    units = sum(last - first + 1 for _, first, last in spans)
    shipping = shipping_owed(order, policy, units_more=units)
    by_grade = []
    for grade in Grade:
        shares = shares_of(order, policy, [(*span, grade.value) for span in spans])
        goods = sum((share.amount for share in shares), Money.zero(order.currency))
        by_grade.append((grade.label, policy.percent_of(grade.value), goods))
    return {"by_grade": by_grade, "shipping": shipping, "rules": rules_of(policy, [], shipping)}
