"""Hand over: the driver signs, the parcels have left, orders learn that they are shipped."""

from collections.abc import Iterable

from django.db.models import Sum

from core import clock
from core.actor import current_actor
from core.errors import NotThere
from core.events import publish
from core.operations import operation, require_reach
from orders.models import FulfillmentLine, FulfillmentOrder, Order
from orders.operations.fulfillment.locking import require_free_to_go
from orders.operations.fulfillment.ship import ship_fulfillment
from orders.states import FulfillmentOrderStatus
from shipping.errors import LabelOutOfDate, MixedCarriers, NotReadyToHandOver
from shipping.events import ParcelHandedOver
from shipping.models import Label, Manifest, Parcel, ParcelLine
from shipping.operations.track import follow
from shipping.states import HAS_LEFT, ParcelState


@operation(permission="shipping.hand_over")
def hand_over(parcel_ids: Iterable[int], *, warehouse_id: int) -> Manifest:
    """Give labelled parcels of one carrier to its driver; all of them, or none.

    A fulfillment order whose last parcel leaves is shipped, which takes its
    units out of stock. Raises NotThere, NotReadyToHandOver (also for one of a
    cancelled fulfillment order), MixedCarriers, KeptBack for an order that was held or refused
    since its release, LabelOutOfDate when it names an address that the order no longer goes to.
    Publishes parcel.handed_over.
    """
    require_reach("warehouse", warehouse_id=warehouse_id)
    parcels = _locked(set(parcel_ids), warehouse_id)
    carriers = {parcel.carrier_id for parcel in parcels}
    if len(carriers) != 1:
        raise MixedCarriers(field="parcels")
    moment = clock.now()
    manifest = Manifest.objects.create(
        warehouse_id=warehouse_id,
        carrier_id=parcels[0].carrier_id,
        handed_over_at=moment,
        actor=current_actor().name,
    )
    for parcel in parcels:
        parcel.become(ParcelState.HANDED_OVER)
        parcel.manifest, parcel.shipped_at, parcel.updated_at = manifest, moment, moment
    Parcel.objects.bulk_update(parcels, ["state", "manifest", "shipped_at", "updated_at"])
    for parcel in parcels:
        _tell(parcel, manifest)
    work = {(parcel.fulfillment.order_id, parcel.fulfillment_id) for parcel in parcels}
    for _, fulfillment_id in sorted(work):
        if _all_has_left(fulfillment_id):
            ship_fulfillment(fulfillment_id, shipped_at=moment)
    for parcel in parcels:  # a carrier's scan may have come before the driver's signature
        if parcel.tracking.exists():
            follow(parcel)
    return manifest


def _locked(ids: set[int], warehouse_id: int) -> list[Parcel]:
    rows = Parcel.objects.select_for_update(no_key=True, of=("self",)).select_related(
        "fulfillment", "carrier"
    )
    parcels = list(rows.filter(pk__in=ids, warehouse=warehouse_id).order_by("id"))
    if not parcels or len(parcels) != len(ids):
        raise NotThere(kind="parcel in this warehouse")
    work = {parcel.fulfillment_id for parcel in parcels}
    orders = Order.objects.select_for_update(no_key=True).filter(fulfillments__in=work)
    list(orders.order_by("id").values_list("pk"))  # held: nobody cancels them meanwhile
    gone = FulfillmentOrder.objects.filter(pk__in=work, status=FulfillmentOrderStatus.CANCELLED)
    cancelled = set(gone.values_list("pk", flat=True))
    for parcel in parcels:
        if parcel.state != ParcelState.LABELLED or parcel.fulfillment_id in cancelled:
            status = parcel.get_state_display().lower()
            raise NotReadyToHandOver(
                number=parcel.number,
                status=f"{status}, of a cancelled order"
                if parcel.fulfillment_id in cancelled
                else status,
            )
    require_free_to_go(work)
    stale = Label.objects.misaddressed().filter(parcel__in=parcels).select_related("parcel").first()
    if stale is not None:
        raise LabelOutOfDate(number=stale.parcel.number)
    return parcels


def _tell(parcel: Parcel, manifest: Manifest) -> None:
    publish(
        ParcelHandedOver(
            parcel_id=parcel.pk, order_id=parcel.fulfillment.order_id,
            fulfillment_id=parcel.fulfillment_id, manifest_id=manifest.pk,
            number=parcel.number, carrier=str(parcel.carrier),
        )
    )  # fmt: skip


def _all_has_left(fulfillment_id: int) -> bool:
    """Whether every picked unit of it is in a parcel that has left."""
    picked = FulfillmentLine.objects.filter(fulfillment=fulfillment_id).aggregate(
        units=Sum("units_picked", default=0)
    )["units"]
    left = ParcelLine.objects.filter(
        parcel__fulfillment=fulfillment_id, parcel__state__in=HAS_LEFT
    ).aggregate(units=Sum("units", default=0))["units"]
    return bool(picked == left)
