"""What orders do when something happens elsewhere, or earlier in their own life."""

from django.db.models import QuerySet

from core.events import on
from core.facts import ApprovalDecided
from core.models import ApprovalState
from inventory.events import (
    ChannelChanged,
    ListingMapped,
    SkuChanged,
    SkuPacksChanged,
    StockChanged,
)
from inventory.events.files import SkusImported
from inventory.tasks import stock_changed
from orders.events import (
    FulfillmentCancelled,
    FulfillmentShipped,
    OrderCancelled,
    OrderCleared,
    OrderPlaced,
    OrderPromised,
    OrderResumed,
    OrderUnitsCancelled,
)
from orders.models import FulfillmentLine, Order, OrderLine
from orders.operations.cancel import resume_uncancelled
from orders.states import OrderStatus
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


@on(ApprovalDecided)
def resume_what_is_not_cancelled(fact: ApprovalDecided) -> None:
    if fact.operation == "orders.cancel_order" and fact.state != ApprovalState.APPROVED:
        resume_uncancelled(int(fact.subject.removeprefix("order:")))


@on(OrderPromised)
def release_promised(fact: OrderPromised) -> None:
    stock_changed(fact.sku_ids)
    release.add(fact.order_id)


@on(OrderCancelled)
def pass_free_stock_on(fact: OrderCancelled) -> None:
    """What an order gives back goes to those that wait for it; channels hear of the rest."""
    stock_changed(fact.sku_ids)
    _fill(fact.sku_ids)


@on(FulfillmentCancelled)
def tell_channels_of_stock_taken_back(fact: FulfillmentCancelled) -> None:
    lines = FulfillmentLine.objects.filter(fulfillment=fact.fulfillment_id)
    skus = lines.exclude(order_line__sku=None).values_list("order_line__sku", flat=True)
    stock_changed(sorted(set(skus)))


@on(FulfillmentShipped)
def tell_channels_of_shipped_stock(fact: FulfillmentShipped) -> None:
    stock_changed(fact.sku_ids)


@on(StockChanged)
def fill_short_orders(fact: StockChanged) -> None:
    """Stock may have come in for what was sold without it."""
    _fill(fact.sku_ids)


def _fill(sku_ids: list[int]) -> None:
    short = OrderLine.objects.filter(sku_id__in=sku_ids, units_short__gt=0)
    fill_short.add_many(sorted(set(short.values_list("sku_id", flat=True))))


@on(SkuChanged)
def release_what_was_incomplete(fact: SkuChanged) -> None:
    _release_incomplete(Order.objects.filter(lines__sku=fact.sku_id))


@on(SkuPacksChanged)
def release_what_lacked_a_part(fact: SkuPacksChanged) -> None:
    _release_incomplete(Order.objects.filter(lines__sku=fact.sku_id))


@on(SkusImported)
def release_what_a_file_filled_in(fact: SkusImported) -> None:
    _release_incomplete(Order.objects.filter(lines__sku__in=fact.sku_ids))


@on(ChannelChanged)
def release_what_is_asked_no_more(fact: ChannelChanged) -> None:
    if {"ship_needs", "least_description", "least_pictures"} & set(fact.fields):
        _release_incomplete(Order.objects.filter(channel=fact.channel_id))


def _release_incomplete(orders: QuerySet[Order]) -> None:
    waiting = orders.filter(status=OrderStatus.OPEN, why_code="incomplete")
    release.add_many(waiting.order_by("id").values_list("pk", flat=True).distinct())


@on(ListingMapped)
def adopt_mapped_listing(fact: ListingMapped) -> None:
    adopt.add(fact.listing_id)
