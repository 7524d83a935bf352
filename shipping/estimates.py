"""Answers to the questions that upstream apps ask through ports."""

from core import clock
from core.money import Money
from inventory.models import Warehouse
from shipping.models import Parcel
from shipping.rating.book import rate_book
from shipping.rating.quote import Shipment, quotes
from shipping.states import HAS_LEFT


class RateCardEstimate:
    """What the cheapest service costs for a weight, by the rate cards in force."""

    name, version = "rate cards", "1"

    def estimate(self, *, warehouse_id: int, country: str, grams: int) -> Money | None:
        """In the company's currency; None when no service goes there. Reads only."""
        warehouse = Warehouse.objects.filter(pk=warehouse_id).first()
        if warehouse is None:
            return None
        shipment = Shipment(
            from_country=warehouse.country,
            from_postcode=warehouse.postal_code,
            from_zone=warehouse.time_zone,
            to_country=country,
            to_postcode="",
            weight_grams=max(1, grams),
            ready_at=clock.now(),
        )
        prices = (quote.price for quote in quotes(rate_book(), shipment) if not quote.code)
        return next((price.company for price in prices if price), None)


class ParcelsGone:
    """What has left of a fulfillment order, by its parcels."""

    name, version = "parcels", "1"

    def has_left(self, fulfillment_id: int) -> bool:
        """Whether a parcel of it was handed over. Reads only."""
        return Parcel.objects.filter(fulfillment=fulfillment_id, state__in=HAS_LEFT).exists()
