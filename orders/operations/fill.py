"""Promise stock to orders that came up short, and SKUs to lines that nobody knew."""

from django.db.models import F

from core.events import publish
from core.operations import lock, operation
from inventory.models import ChannelWarehouse, Listing
from inventory.operations.purchasing.preorders import meet_preorders
from inventory.operations.stock.allocate import allocate_rest
from orders.events import OrderPromised
from orders.models import Order, OrderLine
from orders.operations.exceptions import settle_exceptions
from orders.operations.preordered import HOLDER, claim_arrived
from orders.operations.saving import is_open, save_order
from orders.states import ExceptionKind


@operation(permission="orders.retry_allocation")
def retry_allocation(order_id: int) -> int:
    """Promise what is still missing from the channel's warehouses in rank; return units promised.

    What has come in for its preorders comes first. Publishes order.promised for each warehouse
    that gave some.
    """
    order = lock(Order, order_id)
    short = {line.pk: line for line in order.lines.filter(units_short__gt=0).exclude(sku=None)}
    if not is_open(order) or not short:
        return 0
    ranks = ChannelWarehouse.objects.filter(
        channel_id=order.channel_id, warehouse__active=True
    ).order_by("rank", "id")
    places = list(ranks.values_list("warehouse_id", flat=True))
    promised = claim_arrived(order, list(short.values()), warehouse_ids=places)
    met: dict[int, int] = {}
    for warehouse_id in places:
        promised += _take(order, short, warehouse_id, met)
    meet_preorders(HOLDER, met)
    lacking = OrderLine.objects.filter(order=order, units_short__gt=F("units_preordered"))
    if not lacking.exists():
        settle_exceptions(
            ExceptionKind.OVERSOLD, f"order {order.pk}", resolution="The stock has come in."
        )
    if promised:
        save_order(Order.objects.get(pk=order.pk), "warehouse")
    return promised


def _take(order: Order, short: dict[int, OrderLine], warehouse_id: int, met: dict[int, int]) -> int:
    """Promise what the warehouse has; `met` (line id -> units) notes what was preordered of it."""
    asked = [(line.pk, line.sku_id, line.units_short) for line in short.values()]
    asked = [line for line in asked if line[2]]
    if not asked:
        return 0
    served = allocate_rest(asked, warehouse_id=warehouse_id)
    for line_id, units in served.items():
        line = short[line_id]
        line.units_short -= units
        if (here := line.units_preordered - line.units_short) > 0:  # it waits for its line no more
            line.units_preordered -= here
            met[line_id] = met.get(line_id, 0) + here
        line.save(update_fields=["units_short", "units_preordered"])
    if served:
        skus = sorted({line.sku_id for pk, line in short.items() if pk in served and line.sku_id})
        publish(OrderPromised(order_id=order.pk, warehouse_id=warehouse_id, sku_ids=skus))
    return sum(served.values())


@operation(permission="orders.retry_allocation")
def adopt_listing(order_id: int, *, listing_id: int) -> Order:
    """Give the lines that a listing sold before it was mapped their SKU, and promise stock."""
    order = lock(Order, order_id)
    listing = Listing.objects.get(pk=listing_id)
    if listing.sku_id is None or not is_open(order):
        return order
    for line in order.lines.filter(sku=None, channel_sku=listing.channel_sku):
        line.sku_id = listing.sku_id
        line.units_short = line.units - line.units_cancelled
        line.save(update_fields=["sku", "units_short"])
    key = f"order {order.pk} {listing.channel_sku}"[:100]
    settle_exceptions(ExceptionKind.UNKNOWN_SKU, key, resolution="The listing was mapped.")
    save_order(order)
    retry_allocation(order.pk)
    return Order.objects.get(pk=order.pk)
