"""Background work of the orders app; running any of it twice is harmless."""

from contextlib import suppress
from datetime import timedelta

from core.jobs import job
from inventory.errors import OutOfStock
from orders.errors import MoveNotAllowed, NotReady
from orders.models import Order, OrderLine
from orders.operations.fill import adopt_listing, retry_allocation
from orders.operations.release import release_order
from orders.operations.source import source_order
from orders.states import OrderStatus

MOST_AT_ONCE = 500


@job("orders.release", queue="default", lease=timedelta(seconds=60), batch=20)
def release(order_id: str) -> None:
    """Choose the warehouse, once, then release when nothing is in the way.

    Else whoever clears the way asks again.
    """
    with suppress(OutOfStock):  # taken meanwhile: the first promise stands
        source_order(int(order_id))
    try:
        release_order(int(order_id))
    except (NotReady, MoveNotAllowed):
        return


@job("orders.fill_short", queue="default", lease=timedelta(minutes=2))
def fill_short(sku_id: str) -> None:
    """Promise stock that has come in to the orders that wait for it, oldest first."""
    waiting = (
        Order.objects.filter(
            status=OrderStatus.OPEN, lines__sku_id=int(sku_id), lines__units_short__gt=0
        )
        .order_by("placed_at", "id")
        .values_list("pk", flat=True)
        .distinct()
    )
    for order_id in waiting[:MOST_AT_ONCE]:
        if retry_allocation(order_id):
            release.add(order_id)


@job("orders.adopt_listing", queue="default", lease=timedelta(minutes=2))
def adopt(key: str) -> None:
    """Give lines of open orders the SKU that their listing ("channel listing") now has."""
    from inventory.models import Listing

    listing = Listing.objects.get(pk=int(key))
    lines = OrderLine.objects.filter(
        sku=None,
        channel_sku=listing.channel_sku,
        order__channel_id=listing.channel_id,
        order__status=OrderStatus.OPEN,
    )
    for order_id in lines.values_list("order_id", flat=True).distinct()[:MOST_AT_ONCE]:
        adopt_listing(order_id, listing_id=listing.pk)
        release.add(order_id)
