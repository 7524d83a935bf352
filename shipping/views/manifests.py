"""Hand-over: tick what the driver takes, print what the driver signs."""

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from core.actor import current_actor
from core.errors import NotThere
from core.http import may
from core.lists import list_page
from core.pages import detail_page
from inventory.models import Warehouse
from shipping.filters import ManifestFilter
from shipping.models import Manifest, Parcel
from shipping.operations.hand_over import hand_over as hand_parcels_over
from shipping.tables import ManifestTable

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
    groups: dict[tuple[str, str], list[Parcel]] = {}
    for parcel in waiting.order_by("warehouse__code", "carrier__name", "packed_at", "id")[:MOST]:
        groups.setdefault((parcel.warehouse.code, str(parcel.carrier)), []).append(parcel)
    told = {"title": "Hand over", "groups": [(*key, rows) for key, rows in groups.items()]}
    return render(request, "shipping/hand_over.html", told)


def _hand_over(request: HttpRequest) -> HttpResponse:
    ticked = request.POST.getlist("parcel")[:MOST]
    parcels = list(Parcel.objects.visible_to(current_actor()).filter(public_id__in=ticked))
    if not parcels or len(parcels) != len(set(ticked)):
        raise NotThere(kind="parcel to hand over; tick those that the driver takes")
    made = hand_parcels_over(
        [parcel.pk for parcel in parcels], warehouse_id=parcels[0].warehouse_id
    )
    messages.success(request, f"{len(parcels)} handed over to {made.carrier}.")
    return redirect(made)


def _manifests() -> QuerySet[Manifest]:
    return Manifest.objects.visible_to(current_actor()).select_related("warehouse", "carrier")
