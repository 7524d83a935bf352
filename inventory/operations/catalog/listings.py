"""A SKU as a channel names it."""

from collections.abc import Iterable

from core.errors import BadValue, NotThere
from core.events import publish
from core.operations import lock, operation, require_reach
from inventory.completeness import require_complete
from inventory.errors import MapsElsewhere
from inventory.events import ListingChanged, ListingMapped, StockChanged
from inventory.models import Channel, Listing, Sku
from inventory.operations.catalog import fields
from inventory.operations.catalog.find import skus_by_code
from inventory.operations.catalog.in_use import require_open


@operation(permission="inventory.create_listing")
def create_listing(
    channel_id: int, *, channel_sku: str, title: str = "", sku_id: int | None = None
) -> Listing:
    """Make a SKU known under the channel's own code; without a SKU it waits to be mapped.

    Raises BadValue for a code that is taken or none, NotComplete for a SKU that lacks what the
    channel asks for. Publishes listing.mapped when mapped.
    """
    require_reach("channel", channel_id=channel_id)
    code = channel_sku.strip()
    if not code or len(code) > 100 or not code.isprintable():
        raise BadValue(field="channel_sku", fix="Give 1 to 100 readable characters.")
    if not Channel.objects.filter(pk=channel_id).exists():
        raise NotThere(kind="channel")
    if sku_id is not None:
        require_open([sku_id])
        require_complete(channel_id, sku_id, field="sku")
    listing, made = Listing.objects.get_or_create(
        channel_id=channel_id, channel_sku=code, defaults={"title": title[:200], "sku_id": sku_id}
    )
    if not made:
        raise BadValue(field="channel_sku", fix=f"{code} is listed on this channel already.")
    if sku_id is not None:
        _tell(listing, sku_id)
    return listing


@operation(permission="inventory.create_listing")
def find_or_list(channel_id: int, channel_sku: str, title: str = "") -> Listing:
    """Return the listing of that code; an unknown one is made, and mapped where a SKU has the code.

    What no SKU matches waits in the unmapped queue.
    """
    code = channel_sku.strip()
    found = Listing.objects.filter(channel_id=channel_id, channel_sku=code).first()
    if found is not None:
        return found
    sku = skus_by_code([code]).get(code)
    if sku is None or not sku.active:
        return create_listing(channel_id, channel_sku=code, title=title)
    # The channel sells it already: whatever is missing keeps the order back, not the mapping.
    listing = create_listing(channel_id, channel_sku=code, title=title)
    require_open([sku.pk])
    listing.sku = sku
    listing.save(update_fields=["sku"])
    _tell(listing, sku.pk)
    return listing


@operation(permission="inventory.map_listing")
def map_listing(listing_id: int, sku_id: int, *, remap: bool = False) -> Listing:
    """Say which SKU a listing sells. Publishes listing.mapped.

    Raises MapsElsewhere unless `remap`, NotComplete for a SKU that lacks what the channel asks for.
    Orders that wait for the mapping go on by themselves.
    """
    listing = lock(Listing, listing_id)
    require_open([sku_id])
    sku = Sku.objects.get(pk=sku_id)
    if listing.sku_id == sku_id:
        return listing
    require_complete(listing.channel_id, sku_id, field="sku")
    if listing.sku_id is not None and not remap:
        raise MapsElsewhere(field="sku", listing=listing.channel_sku, sku=str(listing.sku))
    listing.sku = sku
    listing.refused_units, listing.refused_at, listing.push_error = None, None, ""
    listing.save(update_fields=["sku", "refused_units", "refused_at", "push_error"])
    _tell(listing, sku_id)
    return listing


@operation(permission="inventory.change_listing")
def change_listing(
    listing_id: int, *, title: str | None = None, active: bool | None = None
) -> Listing:
    """Change a listing's title, or whether it is sold there; the channel is told 0 of what is not.

    Publishes listing.changed, and stock.changed when it stops or starts being sold. Raises
    BadValue, NotComplete when it is to be sold and lacks what the channel asks for.
    """
    listing = lock(Listing, listing_id)
    before = (listing.title, listing.active)
    if title is not None:
        listing.title = fields.text(200)("title", title)
    if active is not None:
        listing.active = active
    if before == (listing.title, listing.active):
        return listing
    if listing.active and listing.sku_id is not None:
        require_open([listing.sku_id], field="active")
        if not before[1]:
            require_complete(listing.channel_id, listing.sku_id, field="active")
    listing.save(update_fields=["title", "active"])
    publish(ListingChanged(listing_id=listing.pk, channel_id=listing.channel_id))
    if listing.active != before[1] and listing.sku_id is not None:
        publish(StockChanged(sku_ids=[listing.sku_id], why="listing changed"))
    return listing


def _tell(listing: Listing, sku_id: int) -> None:
    publish(ListingMapped(listing_id=listing.pk, channel_id=listing.channel_id, sku_id=sku_id))
    publish(StockChanged(sku_ids=[sku_id], why="listed"))


def unmapped_codes(channel_id: int, codes: Iterable[str]) -> set[str]:
    """Which of the channel's codes sell no SKU yet."""
    mapped = Listing.objects.filter(channel_id=channel_id, channel_sku__in=set(codes))
    return set(codes) - set(mapped.exclude(sku=None).values_list("channel_sku", flat=True))
