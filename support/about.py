"""What an agent needs of the orders that a case is about: why they wait, where they are."""

from typing import Any

from core.actor import current_actor
from orders.models import Order
from orders.why import why_not_shipped
from shipping.models import Parcel
from support.models import Case

MOST_TOLD = 3  # with their reasons; older ones are listed by number


def about_orders(case: Case) -> list[dict[str, Any]]:
    """The newest orders of the case: {"order", "why", "parcels"}.

    `why` is the weightiest reason that it has not shipped, None when there is none; `parcels`
    are those that the actor may see.
    """
    actor = current_actor()
    seen = Order.objects.none()
    if actor.may("orders.view_order"):
        seen = Order.objects.visible_to(actor).filter(pk__in=case.orders.values_list("pk"))
    orders = list(seen.order_by("-placed_at")[:MOST_TOLD])
    parcels = Parcel.objects.none()
    if actor.may("shipping.view_parcel"):
        parcels = Parcel.objects.visible_to(actor).live().for_list()
    of_order: dict[int, list[Parcel]] = {order.pk: [] for order in orders}
    for parcel in parcels.filter(fulfillment__order__in=orders).order_by("id"):
        of_order[parcel.fulfillment.order_id].append(parcel)
    return [
        {"order": order, "why": next(iter(why_not_shipped(order)), None),
         "parcels": of_order[order.pk]}
        for order in orders
    ]  # fmt: skip
