"""What files of products and costs did."""

from core.events import Event, event


@event("skus.imported", "A file {what} it.")
class SkusImported(Event):
    """A file made or changed SKUs, or set their cost; up to 50 of them in one event."""

    sku_ids: list[int]
    what: str

    def subjects(self) -> list[str]:
        return [*super().subjects(), *(f"sku:{sku_id}" for sku_id in self.sku_ids)]
