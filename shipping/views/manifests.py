"""Hand-over: tick what the driver takes, print what the driver signs."""

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.actor import current_actor
from core.errors import NotThere
from core.http import may
from core.lists import list_page
from core.pages import detail_page
from inventory.models import Warehouse
from shipping.filters import ManifestFilter
from shipping.models import Manifest, Parcel
from shipping.operations.hand_over import hand_over as hand_parcels_over
from shipping.states import ParcelState
from shipping.tables import ManifestTable
from shipping.views.scans import keep_scan, taken_scan

SCANNED = "hand_over_scanned"  # in the session: public ids, the last one last
MOST = 500  # parcels on one page and one manifest


@require_safe
@may("shipping.view_manifest")
def manifest_list(request: HttpRequest) -> HttpResponse:
    return list_page(
        request,
        rows=Manifest.objects.visible_to(current_actor()).for_list(),
        filters=ManifestFilter,
        table=ManifestTable,
        name="shipping.manifest_list",
        title="Manifests",
    )


@require_safe
@may("shipping.view_manifest")
def manifest(request: HttpRequest, public_id: str) -> HttpResponse:
    subject = get_object_or_404(_manifests(), public_id=public_id)
    parcels = list(subject.parcels.for_list().order_by("number"))
    context = {
        "title": f"Manifest {subject}",
        "parcels": parcels,
        "weight_grams": sum(parcel.weight_grams for parcel in parcels),
    }
    return detail_page(
        request,
        subject=subject,
        kind="manifest",
        template="shipping/manifest.html",
        context=context,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@may("shipping.hand_over")
def hand_over(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        return _hand_over(request)
    waiting = Parcel.objects.visible_to(current_actor()).to_hand_over().for_list()
    house = Warehouse.objects.filter(public_id=request.GET.get("warehouse", "")).first()
    if house:
        waiting = waiting.filter(warehouse=house)
    scanned = set(request.session.get(SCANNED, []))
    groups: dict[tuple[str, str], list[Parcel]] = {}
    for parcel in waiting.order_by("warehouse__code", "carrier__name", "packed_at", "id")[:MOST]:
        groups.setdefault((parcel.warehouse.code, str(parcel.carrier)), []).append(parcel)
    told = {
        "title": "Hand over",
        "groups": [(*key, rows) for key, rows in groups.items()],
        "scanned": scanned & {row.public_id for rows in groups.values() for row in rows},
        "answer": taken_scan(request),
        "warehouse": house,
    }
    return render(request, "shipping/hand_over.html", told)


@require_POST
@may("shipping.hand_over")
def hand_over_scan(request: HttpRequest) -> HttpResponse:
    """Tick one parcel by its label or slip; with the first scan only what is scanned is ticked."""
    code = request.POST.get("barcode", "").strip()[:64]
    scanned = request.session.get(SCANNED, [])
    found = Parcel.objects.visible_to(current_actor()).called(code)
    waits = Parcel.objects.to_hand_over()
    if found is None:
        keep_scan(request, "bad", f"There is no parcel {code}.")
    elif found.public_id in scanned:
        keep_scan(request, "bad", f"{found} has been scanned already.")
    elif not waits.filter(pk=found.pk).exists():
        state = found.get_state_display().lower()
        kept = "its order is kept back" if found.state == ParcelState.LABELLED else f"it is {state}"
        keep_scan(request, "bad", f"{found} stays here: {kept}.")
    else:
        request.session[SCANNED] = [*scanned, found.public_id][-MOST:]
        keep_scan(request, "good", f"{found} goes with {found.carrier}: {len(scanned) + 1} ticked.")
    return redirect(_hand_over_page(request))


@require_POST
@may("shipping.hand_over")
def hand_over_clear(request: HttpRequest) -> HttpResponse:
    """Forget what was scanned."""
    request.session.pop(SCANNED, None)
    return redirect(_hand_over_page(request))


def _hand_over_page(request: HttpRequest) -> str:
    house = request.POST.get("warehouse", "")[:16]
    query = f"?{urlencode({'warehouse': house})}" if house else ""
    return f"{reverse('shipping:hand_over')}{query}"


def _hand_over(request: HttpRequest) -> HttpResponse:
    ticked = request.POST.getlist("parcel")[:MOST]
    parcels = list(Parcel.objects.visible_to(current_actor()).filter(public_id__in=ticked))
    if not parcels or len(parcels) != len(set(ticked)):
        raise NotThere(kind="parcel to hand over; tick those that the driver takes")
    made = hand_parcels_over(
        [parcel.pk for parcel in parcels], warehouse_id=parcels[0].warehouse_id
    )
    left = [code for code in request.session.get(SCANNED, []) if code not in ticked]
    request.session[SCANNED] = left
    messages.success(request, f"{len(parcels)} handed over to {made.carrier}.")
    return redirect(made)


def _manifests() -> QuerySet[Manifest]:
    return Manifest.objects.visible_to(current_actor()).select_related("warehouse", "carrier")
