"""Ask every service about one parcel; choose the cheapest that keeps the promise."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from shipping.rating.book import Card, Offer, Price, RateBook
from shipping.states import LEVEL_RANK

POLICY = "cheapest that keeps the promise, version 1"

# Reasons that only break the promise; when every service has one, the soonest is taken anyway.
TOO_SLOW, BELOW_LEVEL = "too_slow", "below_level"
SOFT = {TOO_SLOW, BELOW_LEVEL}


@dataclass(frozen=True, kw_only=True)
class Shipment:
    """A parcel as carriers see it, and what the customer was promised."""

    from_country: str
    from_postcode: str
    from_zone: str  # time zone, "Europe/London"
    to_country: str
    to_postcode: str
    weight_grams: int
    sides_mm: tuple[int, int, int] = (0, 0, 0)
    ready_at: datetime
    deliver_by: date | None = None
    level: str = ""  # the least that will do; empty: any


@dataclass(frozen=True, kw_only=True)
class Quote:
    """What one service answers. `reason` is empty when it can and keeps the promise."""

    offer: Offer
    code: str = ""
    reason: str = ""
    price: Price | None = None
    card: Card | None = None
    billable_grams: int = 0
    zones: str = ""
    arrives: date | None = None

    @property
    def feasible(self) -> bool:
        return self.code == "" or self.code in SOFT

    def facts(self) -> dict[str, Any]:
        """As the decision keeps it and the API says it."""
        told: dict[str, Any] = {
            "key": self.offer.code,
            "carrier": self.offer.carrier,
            "service": self.offer.name,
            "level": self.offer.level,
        }
        if self.price and self.card:
            told |= {
                "card": self.card.version,
                "zones": self.zones,
                "billable_grams": self.billable_grams,
                "base": self.price.base.as_json(),
                "fuel": self.price.fuel.as_json(),
                "price": self.price.total.as_json(),
                "cost": self.price.company.as_json(),
                "arrives": self.arrives.isoformat() if self.arrives else None,
            }
        if self.code:
            told |= {"code": self.code, "reason": self.reason}
        return told


def quotes(book: RateBook, shipment: Shipment) -> list[Quote]:
    """The answer of every service, the cheapest first, the impossible last."""
    lanes = {
        carrier_id: (
            book.zone(carrier_id, shipment.from_country, shipment.from_postcode),
            book.zone(carrier_id, shipment.to_country, shipment.to_postcode),
        )
        for carrier_id in {offer.carrier_id for offer in book.offers}
    }
    found = [_quote(book, offer, shipment, lanes[offer.carrier_id]) for offer in book.offers]
    return sorted(found, key=_order)


def choose(found: list[Quote]) -> Quote | None:
    """The cheapest that keeps the promise; when none does, the soonest; None when none can."""
    kept = [quote for quote in found if quote.code == ""]
    if kept:
        return min(kept, key=_order)
    possible = [quote for quote in found if quote.feasible]
    return min(possible, key=lambda quote: (quote.arrives, *_order(quote)), default=None)


def _order(quote: Quote) -> tuple[int, int, date, str]:
    if quote.price is None or quote.arrives is None:
        return (1, 0, date.max, quote.offer.code)
    return (0, quote.price.company.minor, quote.arrives, quote.offer.code)


def _quote(
    book: RateBook, offer: Offer, shipment: Shipment, ends: tuple[int | None, int | None]
) -> Quote:
    if no := _too_big(offer, shipment):
        return Quote(offer=offer, code=no[0], reason=no[1])
    origin, destination = ends
    if origin is None or destination is None or (origin, destination) not in offer.days:
        way = f"from {shipment.from_country} to {shipment.to_country} {shipment.to_postcode}"
        return Quote(offer=offer, code="no_lane", reason=f"Does not go {way.strip()}.")
    lane = (origin, destination)
    local = shipment.ready_at.astimezone(ZoneInfo(shipment.from_zone))
    card = offer.card_on(local.date())
    if card is None:
        return Quote(offer=offer, code="no_card", reason="Has no rate card for that day.")
    grams = billable_grams(shipment, card.dimensional_divisor)
    price = card.price(lane, grams)
    if price is None:
        reason = f"{grams} g to pay for is beyond the last weight break."
        return Quote(offer=offer, code="no_price", reason=reason)
    arrives = working_days_after(collection_day(local, offer), offer.days[lane])
    code, reason = _promise(offer, shipment, arrives)
    return Quote(
        offer=offer, code=code, reason=reason, price=price, card=card, billable_grams=grams,
        zones=f"{book.zone_codes[origin]} → {book.zone_codes[destination]}", arrives=arrives,
    )  # fmt: skip


def _too_big(offer: Offer, shipment: Shipment) -> tuple[str, str] | None:
    longest, *others = sorted(shipment.sides_mm, reverse=True)
    girth = longest + 2 * sum(others)
    if shipment.weight_grams > offer.max_weight_grams:
        reason = f"{shipment.weight_grams} g is over its {offer.max_weight_grams} g."
        return "too_heavy", reason
    if longest > offer.max_side_mm:
        return "too_long", f"{longest} mm is over its {offer.max_side_mm} mm."
    if girth > offer.max_girth_mm:
        return "too_big", f"{girth} mm length and girth is over its {offer.max_girth_mm} mm."
    return None


def _promise(offer: Offer, shipment: Shipment, arrives: date) -> tuple[str, str]:
    if shipment.deliver_by and arrives > shipment.deliver_by:
        return TOO_SLOW, f"Arrives {arrives}, promised by {shipment.deliver_by}."
    wanted = LEVEL_RANK.get(shipment.level, 0)
    if LEVEL_RANK[offer.level] < wanted:
        return BELOW_LEVEL, f"Is {offer.level}; the customer chose {shipment.level}."
    return "", ""


def billable_grams(shipment: Shipment, dimensional_divisor: int) -> int:
    """The greater of weight and size: volume in mm³ over the divisor, rounded up."""
    length, width, height = shipment.sides_mm
    return max(shipment.weight_grams, -(-length * width * height // dimensional_divisor))


def collection_day(local: datetime, offer: Offer) -> date:
    """The day the carrier takes it: today until its collection, on working days."""
    late = local.time() > offer.collects_until
    return working_days_after(local.date(), 1 if late and local.weekday() < 5 else 0)


def working_days_after(day: date, days: int) -> date:
    """`days` working days (Monday to Friday) after `day`; 0 is the day itself or the next one."""
    while day.weekday() > 4:
        day += timedelta(days=1)
    for _ in range(days):
        day += timedelta(days=3 if day.weekday() == 4 else 1)
    return day
