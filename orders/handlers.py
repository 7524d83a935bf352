"""What orders do when something happens elsewhere, or earlier in their own life."""

from core.events import on
from inventory.events import ListingMapped, StockChanged
from inventory.tasks import stock_changed
from orders.events import (
    FulfillmentShipped,
    OrderCancelled,
    OrderCleared,
    OrderPlaced,
    OrderPromised,
    OrderResumed,
    OrderUnitsCancelled,
)
from orders.models import OrderLine
from orders.tasks import adopt, fill_short, release


@on(OrderPlaced)
def tell_channels_and_release(fact: OrderPlaced) -> None:
    stock_changed(fact.sku_ids)
    release.add(fact.order_id)


@on(OrderCleared)
def release_cleared(fact: OrderCleared) -> None:
    release.add(fact.order_id)


@on(OrderUnitsCancelled)
def release_the_rest(fact: OrderUnitsCancelled) -> None:
    release.add(fact.order_id)


@on(OrderResumed)
def release_resumed(fact: OrderResumed) -> None:
    release.add(fact.order_id)


@on(OrderPromised)
def release_promised(fact: OrderPromised) -> None:
    stock_changed(fact.sku_ids)
    release.add(fact.order_id)


@on(OrderCancelled)
def tell_channels_of_free_stock(fact: OrderCancelled) -> None:
    stock_changed(fact.sku_ids)


@on(FulfillmentShipped)
def tell_channels_of_shipped_stock(fact: FulfillmentShipped) -> None:
    stock_changed(fact.sku_ids)


@on(StockChanged)
def fill_short_orders(fact: StockChanged) -> None:
    """Stock may have come in for what was sold without it."""
    short = OrderLine.objects.filter(sku_id__in=fact.sku_ids, units_short__gt=0)
    fill_short.add_many(sorted(set(short.values_list("sku_id", flat=True))))


@on(ListingMapped)
def adopt_mapped_listing(fact: ListingMapped) -> None:
    adopt.add(fact.listing_id)
