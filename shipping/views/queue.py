"""The shipping queue: what waits at which step, by warehouse; and where a scan leads."""

from collections import Counter
from typing import Any

from django.contrib import messages
from django.db.models import Count, Value
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from core.actor import Actor, current_actor
from core.errors import NotThere
from core.http import may
from inventory.models import Warehouse
from orders.models import FulfillmentOrder
from orders.states import FulfillmentOrderStatus
from shipping.forms import ScanForm, StartForm
from shipping.models import Parcel, PickList
from shipping.operations.pick import make_pick_list
from shipping.states import ParcelState, PickState

MOST_SHOWN = 15
KEPT = "kept back"


@require_safe
@may("shipping.view_parcel")
def queue(request: HttpRequest) -> HttpResponse:
    actor = current_actor()
    walks = PickList.objects.visible_to(actor).open().for_list().order_by("-started_at")
    told = {
        "title": "Shipping queue",
        "board": board(actor),
        "walks": walks[:MOST_SHOWN],
        "to_pack": to_pack(actor)[:MOST_SHOWN],
        "trouble": Parcel.objects.visible_to(actor).carrier_failed().for_list()[:MOST_SHOWN],
        "scan": ScanForm(),
        "may_pick": actor.may("shipping.pick_unit"),
        "may_pack": actor.may("shipping.pack_parcel"),
        "may_hand_over": actor.may("shipping.hand_over"),
    }
    return render(request, "shipping/queue.html", told)


def to_pack(actor: Actor) -> Any:
    """Picked and not all packed, the most urgent first."""
    rows = FulfillmentOrder.objects.visible_to(actor).for_list()
    return rows.filter(status=FulfillmentOrderStatus.PICKED).order_by("ship_by", "id")


def board(actor: Actor) -> list[dict[str, Any]]:
    """Each warehouse with its counts: as many grouped queries as steps, for any number of them."""
    work: Counter[tuple[int, str]] = Counter()
    known = FulfillmentOrder.objects.visible_to(actor)
    to_pick = known.to_pick().free_to_go()  # as a walk would take them
    kept = known.to_pick().kept_back().annotate(what=Value(KEPT))
    in_work = known.filter(
        status__in=[FulfillmentOrderStatus.PICKING, FulfillmentOrderStatus.PICKED]
    )
    bench = Parcel.objects.visible_to(actor)
    ready = bench.to_hand_over()
    bench = bench.without_label()
    for rows, column in (
        (to_pick, "status"), (kept, "what"), (in_work, "status"), (bench, "state"),
        (ready, "state"),
    ):  # fmt: skip
        for place, what, units in rows.values_list("warehouse", column).annotate(Count("id")):
            work[place, what] += units
    houses = Warehouse.objects.visible_to(actor).filter(active=True).order_by("code")
    return [_row(house, work) for house in houses]


def _row(house: Warehouse, work: Counter[tuple[int, str]]) -> dict[str, Any]:
    base = urlencode({"warehouse": house.public_id})
    return {
        "warehouse": house,
        "to_pick": work[house.pk, FulfillmentOrderStatus.OPEN],
        "kept_back": work[house.pk, KEPT],
        "picking": work[house.pk, FulfillmentOrderStatus.PICKING],
        "to_pack": work[house.pk, FulfillmentOrderStatus.PICKED],
        "no_label": work[house.pk, ParcelState.DRAFT] + work[house.pk, ParcelState.IN_DOUBT],
        "to_hand_over": work[house.pk, ParcelState.LABELLED],
        "parcels_url": f"{reverse('shipping:parcel_list')}?{base}",
        "hand_over_url": f"{reverse('shipping:hand_over')}?{base}",
        "pick_lists_url": f"{reverse('shipping:pick_list')}?{base}&state={PickState.OPEN}",
    }


@require_POST
@may("shipping.pick_unit")
def pick_start(request: HttpRequest) -> HttpResponse:
    form = StartForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Choose a warehouse, and at most 100 orders.")
        return redirect("shipping:queue")
    chosen = form.cleaned_data
    picks = make_pick_list(chosen["warehouse"].pk, limit=chosen["limit"] or 20)
    return redirect(picks)


@require_safe
@may("shipping.view_parcel")
def find(request: HttpRequest) -> HttpResponse:
    """Lead a scan to its page: a parcel, a pick list, or the packing of an order."""
    code = request.GET.get("barcode", "").strip()[:64]
    if found := page_of_code(code):
        return redirect(found)
    raise NotThere(kind=f"parcel, pick list or order {code}")


def page_of_code(code: str) -> Any:
    """The page of a parcel, a pick list or the packing of an order; None for another code."""
    actor = current_actor()
    if not code.isprintable() or not code:
        return None
    if parcel := Parcel.objects.visible_to(actor).called(code):
        return parcel
    if code.upper().startswith("PL-") and code[3:].isdecimal() and len(code) < 15:
        return PickList.objects.visible_to(actor).filter(pk=int(code[3:])).first()
    work = FulfillmentOrder.objects.visible_to(actor).select_related("order")
    waiting = work.filter(number=code).first() or (
        work.filter(order__number=code, status=FulfillmentOrderStatus.PICKED).first()
    )
    if waiting is None:
        return None
    may_pack = actor.may("shipping.pack_parcel")
    return reverse("shipping:pack", args=[waiting.public_id]) if may_pack else waiting
