"""What happens in inventory."""

from core.events import Event, event


@event("stock.changed", "Stock changed: {why}.")
class StockChanged(Event):
    """The availability of SKUs may have changed; whoever publishes stock looks at the present."""

    sku_ids: list[int]
    why: str
    warehouse_id: int | None = None

    def subjects(self) -> list[str]:
        return [*super().subjects(), *(f"sku:{sku_id}" for sku_id in self.sku_ids[:50])]


@event("sku.created", "SKU created.")
class SkuCreated(Event):
    sku_id: int


@event("sku.changed", "Changed: {fields}.")
class SkuChanged(Event):
    """Master data of a SKU changed."""

    sku_id: int
    fields: list[str]


@event("listing.mapped", "Listing mapped to its SKU.")
class ListingMapped(Event):
    listing_id: int
    channel_id: int
    sku_id: int


@event("listing.changed", "Listing changed.")
class ListingChanged(Event):
    listing_id: int
    channel_id: int


@event("listing.refused", "The channel refused quantities of {listing_ids}.")
class ListingsRefused(Event):
    """A channel does not take the quantity of these listings (the first 100 of one answer)."""

    channel_id: int
    listing_ids: list[int]


@event("channel.changed", "Changed: {fields}.")
class ChannelChanged(Event):
    """Settings of a channel changed; what it should be told may have, too."""

    channel_id: int
    fields: list[str]


@event("warehouse.changed", "Changed: {fields}.")
class WarehouseChanged(Event):
    warehouse_id: int
    fields: list[str]


@event("replenishment.changed", "How it is bought changed: {changes}.")
class ReplenishmentChanged(Event):
    """Settings of replenishment of a SKU; `changes` are words: "service_percent 95.0 → 98.0"."""

    sku_id: int
    changes: str
    method_changed: bool = False
