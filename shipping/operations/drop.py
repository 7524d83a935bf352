"""Drop the work on a fulfillment order that was cancelled upstream."""

from django.db.models import F

from core.operations import operation
from shipping.models import PackScan, Parcel, PickLine, PickList
from shipping.operations.pack import cancel_parcel
from shipping.operations.pick import close_if_done
from shipping.states import AT_THE_BENCH, PickState


@operation(permission="shipping.cancel_parcel")
def drop_fulfillment(fulfillment_id: int) -> None:
    """Take its lines off the walks, empty the open carton, undo its parcels; harmless to repeat."""
    lists = PickList.objects.filter(
        state=PickState.OPEN, pk__in=PickLine.objects.filter(fulfillment=fulfillment_id)
        .values("pick_list")
    )  # fmt: skip
    for picks in lists.select_for_update(no_key=True).order_by("id"):
        lines = PickLine.objects.filter(pick_list=picks, fulfillment=fulfillment_id)
        lines.update(units_dropped=F("units") - F("units_picked"))
        close_if_done(picks)
    PackScan.objects.filter(fulfillment=fulfillment_id).delete()
    parcels = Parcel.objects.filter(fulfillment=fulfillment_id, state__in=AT_THE_BENCH)
    for parcel_id in parcels.order_by("id").values_list("pk", flat=True):
        cancel_parcel(parcel_id, reason="the order was cancelled")
