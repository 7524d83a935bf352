"""All rates in memory, shaped for looking up; kept until somebody changes a rate."""

from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from core.money import Money
from shipping.models import (
    Carrier,
    RateBreak,
    RateCard,
    RatesRevision,
    Service,
    TransitTime,
    ZonePlace,
)

WORLD = ""  # the country of a zone place that takes whatever no other place names


@dataclass(frozen=True)
class Price:
    """What one weight break costs: by the card, its fuel, and both in the company's currency."""

    base: Money
    fuel: Money
    total: Money
    company: Money


@dataclass(frozen=True)
class Card:
    """One rate card. `breaks`: (origin zone, destination zone) -> weights and their prices."""

    id: int
    version: str
    valid_from: date
    valid_until: date | None
    dimensional_divisor: int
    breaks: dict[tuple[int, int], tuple[list[int], list[Price]]]

    def holds_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_until is None or day < self.valid_until)

    def price(self, lane: tuple[int, int], grams: int) -> Price | None:
        """The price of the first break that takes `grams`; None beyond the last one."""
        limits, prices = self.breaks.get(lane, ([], []))
        place = bisect_left(limits, grams)
        return prices[place] if place < len(prices) else None


@dataclass(frozen=True)
class Offer:
    """One service with all that a quote needs of it. `cards`: the newest first."""

    id: int
    code: str
    name: str
    carrier_id: int
    carrier: str
    collects_until: time
    level: str
    max_weight_grams: int
    max_side_mm: int
    max_girth_mm: int
    cards: list[Card] = field(default_factory=list)
    days: dict[tuple[int, int], int] = field(default_factory=dict)

    def card_on(self, day: date) -> Card | None:
        return next((card for card in self.cards if card.holds_on(day)), None)


@dataclass(frozen=True)
class RateBook:
    """Every active service, and where each carrier's zones lie."""

    revision: str
    offers: list[Offer]
    places: dict[int, dict[str, list[tuple[str, int]]]]  # carrier -> country -> (prefix, zone)
    zone_codes: dict[int, str]

    def zone(self, carrier_id: int, country: str, postcode: str) -> int | None:
        """The carrier's zone of an address: the longest postcode prefix, the country, the world."""
        by_country = self.places.get(carrier_id, {})
        code = postcode.replace(" ", "").upper()
        for prefix, zone in by_country.get(country, []):  # longest first
            if code.startswith(prefix):
                return zone
        rest = by_country.get(WORLD, [])
        return rest[0][1] if rest else None


_kept: dict[UUID, RateBook] = {}


def rate_book() -> RateBook:
    """The rates in force: one short query when nothing has changed since this process last asked.

    The revision is read first: what changes while the tables are read belongs
    to a later revision, and is read again at the next call.
    """
    token = RatesRevision.objects.values_list("token", flat=True).first()
    if token is None:
        return _read("")
    if token not in _kept:
        book = _read(str(token)[:8])
        _kept.clear()
        _kept[token] = book
    return _kept[token]


def _read(revision: str) -> RateBook:
    places: dict[int, dict[str, list[tuple[str, int]]]] = defaultdict(lambda: defaultdict(list))
    zone_codes: dict[int, str] = {}
    for place in ZonePlace.objects.select_related("zone"):
        found = places[place.zone.carrier_id][place.country]
        found.append((place.postcode_prefix, place.zone_id))
        zone_codes[place.zone_id] = place.zone.code
    for by_country in places.values():
        for found in by_country.values():
            found.sort(key=lambda entry: (-len(entry[0]), entry[1]))
    return RateBook(revision, _offers(), {k: dict(v) for k, v in places.items()}, zone_codes)


def _offers() -> list[Offer]:
    offers = {service.pk: _offer(service, service.carrier) for service in _services()}
    for row in TransitTime.objects.filter(service__in=offers):
        offers[row.service_id].days[row.origin_id, row.destination_id] = row.working_days
    breaks = _breaks_by_card()
    for card in RateCard.objects.filter(service__in=offers).order_by("-valid_from", "-id"):
        offers[card.service_id].cards.append(
            Card(
                card.pk, card.version, card.valid_from, card.valid_until,
                card.dimensional_divisor, breaks.get(card.pk, {}),
            )
        )  # fmt: skip
    return list(offers.values())


def _services() -> Any:
    active = Service.objects.filter(active=True, carrier__active=True)
    return active.select_related("carrier").order_by("code")


def _offer(service: Service, carrier: Carrier) -> Offer:
    return Offer(
        id=service.pk,
        code=service.code,
        name=service.name,
        carrier_id=carrier.pk,
        carrier=carrier.name,
        collects_until=carrier.collects_until,
        level=service.level,
        max_weight_grams=service.max_weight_grams,
        max_side_mm=service.max_side_mm,
        max_girth_mm=service.max_girth_mm,
    )


def _breaks_by_card() -> dict[int, dict[tuple[int, int], tuple[list[int], list[Price]]]]:
    found: dict[int, dict[tuple[int, int], tuple[list[int], list[Price]]]] = defaultdict(dict)
    rows = RateBreak.objects.select_related("card").order_by("up_to_grams")
    for row in rows:
        lane = (row.origin_id, row.destination_id)
        limits, prices = found[row.card_id].setdefault(lane, ([], []))
        limits.append(row.up_to_grams)
        prices.append(price_of(row.price, row.card))
    return found


def price_of(base: Money, card: RateCard) -> Price:
    """The card's price with its fuel surcharge, each rounded once, to the minor unit."""
    from django.conf import settings

    share = Decimal(card.fuel_basis_points) / 10_000
    fuel = Money.rounded(base.amount * share, base.currency)
    total = base + fuel
    return Price(base, fuel, total, total.converted(card.rate, settings.COMPANY_CURRENCY))
