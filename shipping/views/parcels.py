"""Parcels: the list, the page with its rates table, the label, and the acts on one."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST, require_safe

from core import clock
from core.actor import current_actor
from core.http import may
from core.lists import list_page
from core.models import Decision
from core.pages import detail_page
from shipping.errors import LabelNotReady
from shipping.filters import ParcelFilter
from shipping.forms import OverrideForm, ReasonForm, TrackForm
from shipping.labels import label_of
from shipping.models import Parcel
from shipping.operations.label import request_label, void_label
from shipping.operations.pack import cancel_parcel
from shipping.operations.select import KIND, override_carrier, select_carrier
from shipping.operations.track import record_tracking
from shipping.operations.write_off import write_off_parcel
from shipping.ports import parcel_panels
from shipping.states import AT_THE_BENCH, HAS_LEFT, ParcelState
from shipping.tables import ParcelTable


@require_safe
@may("shipping.view_parcel")
def parcel_list(request: HttpRequest) -> HttpResponse:
    return list_page(
        request,
        rows=Parcel.objects.visible_to(current_actor()).for_list(),
        filters=ParcelFilter,
        table=ParcelTable,
        name="shipping.parcel_list",
        title="Parcels",
    )


@require_safe
@may("shipping.view_parcel")
def parcel(request: HttpRequest, public_id: str) -> HttpResponse:
    subject = _parcel(public_id)
    decisions = Decision.objects.filter(subject=f"parcel:{subject.pk}", kind=KIND)
    decision = decisions.order_by("-id").first()
    context = {
        "title": f"Parcel {subject}",
        "lines": subject.lines.select_related("fulfillment_line__order_line__sku").order_by("id"),
        "labels": subject.labels.select_related("service").defer("pdf").order_by("-id"),
        "tracking": subject.tracking.order_by("-happened_at", "-id"),
        "decision": decision,
        "rates": rates_of(decision) if decision else [],
        "at_bench": subject.state in AT_THE_BENCH,
        "has_left": subject.state in HAS_LEFT,
        "has_label": bool(subject.tracking_number),
        "may_hand_over": subject.state == ParcelState.LABELLED
        and current_actor().may("shipping.hand_over"),
        "is_lost": subject.state == ParcelState.LOST and subject.written_off_at is None,
        "override": OverrideForm(),
        "reason": ReasonForm(),
        "track": TrackForm(),
    }
    return detail_page(
        request,
        subject=subject,
        kind="parcel",
        template="shipping/parcel.html",
        slot=parcel_panels,
        context=context,
    )


def rates_of(decision: Decision) -> list[dict[str, Any]]:
    """Every candidate, then every reject, as rows of one table; the chosen one is marked."""
    rows = [*decision.candidates, *decision.rejects]
    return [row | {"chosen": row["key"] == decision.chosen} for row in rows]


@require_safe
@may("shipping.view_parcel")
def label(request: HttpRequest, public_id: str) -> HttpResponse:
    """The label as a 4×6 inch PDF; opened in the browser, printed from there."""
    subject = _parcel(public_id)
    pdf = label_of(subject)
    if pdf is None:
        raise LabelNotReady(number=subject.number)
    answer = HttpResponse(pdf, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{subject.number}.pdf"'
    return answer


@require_POST
@may("shipping.select_carrier")
def parcel_select(request: HttpRequest, public_id: str) -> HttpResponse:
    subject = select_carrier(_parcel(public_id).pk, again=True)
    if subject.service_id:
        messages.success(request, f"Selected: {subject.service}.")
    else:
        messages.error(request, subject.problem)
    return redirect(subject)


@require_POST
@may("shipping.override_carrier")
def parcel_override(request: HttpRequest, public_id: str) -> HttpResponse:
    subject = override_carrier(
        _parcel(public_id).pk,
        service_code=request.POST.get("service", "")[:32],
        reason=request.POST.get("reason", "")[:200],
    )
    messages.success(request, f"{subject} goes with {subject.service}.")
    return redirect(subject)


@require_POST
@may("shipping.request_label")
def parcel_label(request: HttpRequest, public_id: str) -> HttpResponse:
    subject = _parcel(public_id)
    request_label(subject.pk)
    messages.success(request, "The label is being bought.")
    return redirect(subject)


@require_POST
@may("shipping.void_label")
def parcel_void(request: HttpRequest, public_id: str) -> HttpResponse:
    subject = void_label(_parcel(public_id).pk, reason=_reason(request))
    messages.success(request, "The label is given back.")
    return redirect(subject)


@require_POST
@may("shipping.cancel_parcel")
def parcel_cancel(request: HttpRequest, public_id: str) -> HttpResponse:
    subject = cancel_parcel(_parcel(public_id).pk, reason=_reason(request))
    messages.success(request, f"{subject} is undone; its units are to be packed again.")
    return redirect("shipping:pack", subject.fulfillment.public_id)


@require_POST
@may("shipping.record_tracking")
def parcel_track(request: HttpRequest, public_id: str) -> HttpResponse:
    """What the carrier said on the phone."""
    subject, form = _parcel(public_id), TrackForm(request.POST)
    if not form.is_valid() or subject.carrier is None:
        raise Http404
    record_tracking(
        subject.tracking_number,
        carrier=subject.carrier.code,
        code=form.cleaned_data["code"],
        happened_at=clock.now(),
        place=form.cleaned_data["place"],
    )
    messages.success(request, "Noted.")
    return redirect(subject)


@require_POST
@may("shipping.write_off_parcel")
def parcel_send_again(request: HttpRequest, public_id: str) -> HttpResponse:
    """It is lost; the warehouses send its units once more."""
    subject = write_off_parcel(_parcel(public_id).pk, again=True)
    messages.success(request, f"{subject} is written off; its units are sent again.")
    return redirect(subject.fulfillment.order)


def _reason(request: HttpRequest) -> str:
    return request.POST.get("reason", "").strip()[:200] or "no reason given"


def _parcel(public_id: str) -> Parcel:
    rows = Parcel.objects.visible_to(current_actor()).for_list().select_related("manifest")
    return get_object_or_404(rows, public_id=public_id)
