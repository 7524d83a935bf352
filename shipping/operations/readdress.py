"""Take back what carriers were told of an address that an order no longer goes to."""

from core.operations import lock, operation
from orders.models import Order
from shipping.models import Label, Parcel
from shipping.operations.label import LIVE, give_back
from shipping.states import AT_THE_BENCH


@operation(permission="shipping.void_label")
def readdress_parcels(order_id: int) -> list[int]:
    """Void the labels that name another address than the order's; harmless to repeat.

    Returns the ids of the parcels in the house that need a carrier again: which one is the
    cheapest, or goes there at all, hangs on the address. A service chosen by hand stays chosen
    where it goes there too. Publishes label.voided.
    """
    waiting = []
    there = Order.objects.values_list("ship_to", flat=True).get(pk=order_id)
    parcels = Parcel.objects.filter(fulfillment__order=order_id, state__in=AT_THE_BENCH)
    for parcel_id in parcels.order_by("id").values_list("pk", flat=True):
        parcel = lock(Parcel, parcel_id)
        if parcel.state not in AT_THE_BENCH:
            continue
        if Label.objects.filter(parcel=parcel, state__in=LIVE, ship_to=there).exists():
            continue  # asked for after the change
        give_back(parcel, reason="the delivery address has changed")
        parcel.service = parcel.carrier = parcel.cost = parcel.deliver_by = None
        parcel.problem = ""
        parcel.save()
        waiting.append(parcel_id)
    return waiting
