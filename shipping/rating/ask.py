"""Ask for rates of a parcel that does not exist yet: the quote of the page and of the API."""

from datetime import date

from core import clock
from inventory.models import Warehouse
from shipping.rating.book import rate_book
from shipping.rating.quote import Quote, Shipment, choose, quotes


def ask_rates(  # noqa: PLR0913 - a parcel has these parts
    warehouse: Warehouse,
    *,
    country: str,
    postal_code: str = "",
    weight_grams: int,
    sides_mm: tuple[int, int, int] = (0, 0, 0),
    deliver_by: date | None = None,
    level: str = "",
) -> tuple[list[Quote], Quote | None]:
    """What every service answers, and which one the rule would take. Nothing is stored."""
    shipment = Shipment(
        from_country=warehouse.country,
        from_postcode=warehouse.postal_code,
        from_zone=warehouse.time_zone,
        to_country=country,
        to_postcode=postal_code,
        weight_grams=weight_grams,
        sides_mm=sides_mm,
        ready_at=clock.now(),
        deliver_by=deliver_by,
        level=level,
    )
    found = quotes(rate_book(), shipment)
    return found, choose(found)
