"""Background work of the orders app; running any of it twice is harmless."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import timedelta

from core.jobs import job, keep_lease
from inventory.errors import OutOfStock
from inventory.models import Allocation, Listing, Preorder, StockLevel
from inventory.preorder_room import HOLDER as PREORDER
from orders.errors import MoveNotAllowed, NotReady
from orders.models import Order, OrderLine
from orders.operations.fill import adopt_listing, retry_allocation
from orders.operations.preordered import HOLDER
from orders.operations.release import note_why, release_order
from orders.operations.source import source_order

PIECE = 100


@job("orders.release", queue="default", lease=timedelta(seconds=60), batch=20)
def release(order_id: str) -> None:
    """Choose the warehouse, once, then release when nothing is in the way.

    Else whoever clears the way asks again.
    """
    with suppress(OutOfStock):  # taken meanwhile: the first promise stands
        source_order(int(order_id))
    try:
        release_order(int(order_id))
    except NotReady as refusal:
        _look_again(int(order_id), refusal.facts["reasons"])
    except MoveNotAllowed:
        return


def _look_again(order_id: int, reasons: list[str]) -> None:
    """Stock and mappings that came in while the order was being placed did not see it waiting."""
    if {"short", "preorder"} & {*reasons}:
        retry_allocation(order_id)  # what is promised asks for the release
    if "incomplete" in reasons:
        note_why(order_id)  # whoever fills it in finds the order by that code
    if "unknown_sku" in reasons:
        lines = OrderLine.objects.filter(order=order_id, sku=None)
        known = Listing.objects.filter(
            channel__in=lines.values("order__channel"), channel_sku__in=lines.values("channel_sku")
        )
        adopt.add_many(known.exclude(sku=None).values_list("pk", flat=True))


@job("orders.fill_short", queue="default", lease=timedelta(minutes=2))
def fill_short(sku_id: str) -> None:
    """Promise stock that has come in to the orders that wait for it, oldest first.

    What has come for preorders is theirs already, and is claimed before.
    """
    _fill_all(_arrived_for(int(sku_id)))
    free = StockLevel.objects.for_sku(int(sku_id)).in_stock()
    for place, order_id in enumerate(_short_of(int(sku_id))):
        if place % PIECE == 0 and not free.exists():
            return
        _fill_all([order_id])


def _fill_all(order_ids: Iterable[int]) -> None:
    for order_id in order_ids:
        if retry_allocation(order_id):
            release.add(order_id)
        keep_lease()


def _arrived_for(sku_id: int) -> list[int]:
    """Orders whose preordered units of the SKU are there, not claimed yet."""
    there = Allocation.objects.filter(holder_kind=PREORDER, level__sku=sku_id).values("holder_id")
    lines = Preorder.objects.filter(holder_kind=HOLDER, pk__in=there).values("holder_id")
    orders = Order.objects.open().filter(lines__in=lines).distinct()
    return list(orders.order_by("placed_at", "id").values_list("pk", flat=True))


def _short_of(sku_id: int) -> Iterator[int]:
    """Open orders that lack units of the SKU, the oldest first; read piece by piece."""
    lines = OrderLine.objects.filter(sku=sku_id, units_short__gt=0)
    waiting = Order.objects.open().filter(pk__in=lines.values("order")).order_by("placed_at", "id")
    after = None
    while True:
        rows = waiting.placed_after(*after) if after else waiting
        piece = list(rows.values_list("placed_at", "pk")[:PIECE])
        yield from (order_id for _, order_id in piece)
        if len(piece) < PIECE:
            return
        after = piece[-1]


@job("orders.adopt_listing", queue="default", lease=timedelta(minutes=2))
def adopt(key: str) -> None:
    """Give lines of open orders the SKU that their listing (the key is its id) now has."""
    listing = Listing.objects.filter(pk=int(key)).exclude(sku=None).first()
    if listing is None:
        return
    orders = Order.objects.open().waiting_for(listing)
    for order_id in list(orders.order_by("placed_at", "id").values_list("pk", flat=True)):
        adopt_listing(order_id, listing_id=listing.pk)
        release.add(order_id)
        keep_lease()
