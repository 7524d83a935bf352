"""What shipping shows on pages of upstream apps, in search and on Today."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Prefetch
from django.urls import reverse
from django.utils.http import urlencode

from core.actor import Actor, current_actor
from core.pages import Hit
from orders.models import FulfillmentOrder, Order
from shipping.models import Manifest, Parcel, PickList, TrackingEvent

CAP = 1000


def parcels_of(order: Order) -> dict[str, Any]:
    """The parcels of an order with the carrier's last word: two queries."""
    reports = TrackingEvent.objects.order_by("-happened_at", "-id")
    rows = Parcel.objects.live().for_list().filter(fulfillment__order=order).order_by("id")
    parcels = list(rows.prefetch_related(Prefetch("tracking", reports, to_attr="reports")))
    for parcel in parcels:
        parcel.last_report = parcel.reports[0] if parcel.reports else None
    waiting = [] if parcels else list(FulfillmentOrder.objects.filter(order=order))
    return {"parcels": parcels, "waiting": waiting}


def find_parcels(words: str, actor: Actor) -> Iterable[Hit]:
    """An exact tracking number jumps; else parcels whose number starts so. By index only."""
    words = words.strip()
    if not words.isprintable() or len(words) > 64:
        return
    rows = Parcel.objects.visible_to(actor).for_list()
    for parcel in rows.filter(tracking_number=words)[:5]:
        yield _hit(parcel, exact=True)
    for parcel in rows.filter(number__startswith=words)[:5]:
        yield _hit(parcel, exact=parcel.number == words)


def parcel_fix(row: Any) -> tuple[str, str, str] | None:
    """The parcel that an exception is about: there it is sent again, refunded or given a label."""
    parcel = Parcel.objects.filter(number=row.facts.get("parcel", "")).first()
    if parcel is None:
        return None
    return "Open the parcel", parcel.get_absolute_url(), "What can be done about it is there."


def find_papers(words: str, actor: Actor) -> Iterable[Hit]:
    """A pick list or a manifest by its number: PL-104, M-17."""
    prefix, _, digits = words.strip().upper().partition("-")
    known = {
        "PL": ("Pick list", PickList, "view_picklist"),
        "M": ("Manifest", Manifest, "view_manifest"),
    }
    if prefix not in known or not digits.isascii() or not digits.isdigit() or len(digits) > 18:
        return
    kind, model, permission = known[prefix]
    if not actor.may(f"shipping.{permission}"):
        return
    for row in model.objects.visible_to(actor).filter(pk=int(digits)):
        yield Hit(label=row.number, url=row.get_absolute_url(), kind=kind, exact=True)


def _hit(parcel: Parcel, *, exact: bool) -> Hit:
    return Hit(
        label=parcel.number,
        url=parcel.get_absolute_url(),
        kind="Parcel",
        note=f"{parcel.get_state_display()} {parcel.tracking_number}".strip(),
        exact=exact,
    )


def hand_over_url(order: Order) -> str:
    """Where a packed order is handed over; for who may not, where its parcels are seen."""
    if current_actor().may("shipping.hand_over"):
        return reverse("shipping:hand_over")
    return f"{reverse('shipping:parcel_list')}?{urlencode({'order': order.number})}"


def waiting_for_the_driver(actor: Actor) -> Any:
    """Labelled parcels, the oldest first."""
    return Parcel.objects.visible_to(actor).to_hand_over().for_list().order_by("packed_at", "id")


def without_a_carrier(actor: Actor) -> Any:
    """Packed parcels whose carrier has refused or does not answer, the oldest first."""
    return Parcel.objects.visible_to(actor).carrier_failed().for_list().order_by("packed_at", "id")


def lane_row(parcel: Parcel) -> tuple[str, str, Any]:
    """(label, address, since) of a parcel in a lane."""
    note = parcel.problem or str(parcel.carrier or "")
    return f"{parcel.number} · {note}"[:100], parcel.get_absolute_url(), parcel.packed_at


def queue_count(actor: Actor) -> int:
    """Orders to pick and to pack, and parcels for the driver, capped; none that is kept back."""
    bench = Parcel.objects.visible_to(actor).to_hand_over()[:CAP].count()
    work = FulfillmentOrder.objects.visible_to(actor)
    to_pick = work.to_pick().free_to_go()[:CAP].count()
    return int(bench + to_pick + work.filter(status="picked")[:CAP].count())


def hand_over_count(actor: Actor) -> int:
    """Labelled parcels, capped."""
    return int(Parcel.objects.visible_to(actor).to_hand_over()[:CAP].count())
