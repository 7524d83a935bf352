"""Reference data: three invented carriers with three services each, their rates, and cartons.

Made once; what an administrator has changed or removed since is left alone.
"""

import uuid
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.conf import settings

from core.money import Money
from shipping.models import (
    Carrier,
    Carton,
    RateBreak,
    RateCard,
    RatesRevision,
    Service,
    TransitTime,
    Zone,
    ZonePlace,
)
from shipping.states import Level

HOME, REMOTE, UNION, AMERICA, WORLD = "HOME", "REMOTE", "EU", "US-CA", "WORLD"
EUROPE = (
    "AT", "BE", "BG", "CH", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE",
    "IS", "IT", "LI", "LT", "LU", "LV", "MC", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK",
)  # fmt: skip
PLACES: dict[str, list[tuple[str, str]]] = {
    HOME: [("GB", "")],
    REMOTE: [("GB", p) for p in ("IV", "KW", "HS", "ZE", "BT")]
    + [("IM", ""), ("JE", ""), ("GG", "")],
    UNION: [(country, "") for country in EUROPE],
    AMERICA: [("US", ""), ("CA", "")],
    WORLD: [("", "")],
}
# How far apart two zones are: an index into each service's prices and days.
DISTANCE: dict[frozenset[str], int] = {
    frozenset({HOME}): 0, frozenset({AMERICA}): 0, frozenset({UNION}): 0,
    frozenset({HOME, REMOTE}): 1, frozenset({REMOTE}): 1,
    frozenset({HOME, UNION}): 2, frozenset({REMOTE, UNION}): 2,
    frozenset({HOME, AMERICA}): 3, frozenset({REMOTE, AMERICA}): 3,
    frozenset({UNION, AMERICA}): 3,
}  # fmt: skip
FARTHEST = 4
UP_TO_GRAMS = (500, 2_000, 5_000, 10_000, 20_000, 30_000)


@dataclass(frozen=True)
class Plan:
    """One service to make; by distance: (price, added per kilogram, working days) or None."""

    code: str
    name: str
    level: Level
    max_weight_grams: int
    max_side_mm: int
    by_distance: tuple[tuple[str, str, int] | None, ...]


@dataclass(frozen=True)
class CarrierPlan:
    """One carrier to make."""

    code: str
    name: str
    prefix: str
    fuel_basis_points: int
    dimensional_divisor: int
    services: tuple[Plan, ...]


CARRIERS = (
    CarrierPlan("tern", "Tern Express", "TN", 1_250, 5_000, (
        Plan("tern-next-day", "Tern Next Day", Level.EXPRESS, 30_000, 1_500,
             (("6.95", "0.55", 1), ("9.95", "0.90", 2), None, None, None)),
        Plan("tern-two-day", "Tern Two Day", Level.STANDARD, 30_000, 1_500,
             (("5.45", "0.40", 2), ("7.60", "0.60", 3), ("11.90", "1.10", 3), None, None)),
        Plan("tern-worldwide", "Tern Worldwide Express", Level.EXPRESS, 30_000, 1_200,
             (None, None, ("18.50", "2.40", 2), ("31.00", "4.80", 3), ("39.50", "6.20", 4))),
    )),
    CarrierPlan("lapwing", "Lapwing Parcels", "LW", 890, 6_000, (
        Plan("lapwing-saver", "Lapwing Saver", Level.ECONOMY, 15_000, 900,
             (("3.05", "0.22", 4), ("4.60", "0.45", 6), ("8.20", "0.75", 7), None, None)),
        Plan("lapwing-standard", "Lapwing Standard", Level.STANDARD, 30_000, 1_200,
             (("3.85", "0.30", 2), ("5.70", "0.55", 4), ("9.70", "0.95", 5), None, None)),
        Plan("lapwing-overnight", "Lapwing Overnight", Level.EXPRESS, 25_000, 1_200,
             (("6.40", "0.60", 1), None, None, None, None)),
    )),
    CarrierPlan("bittern", "Bittern Post", "BP", 600, 10_000, (
        Plan("bittern-small", "Bittern Small", Level.ECONOMY, 2_000, 450,
             (("2.75", "0.10", 3), ("2.75", "0.10", 4), ("6.10", "1.20", 8),
              ("9.40", "3.10", 10), ("10.20", "3.60", 14))),
        Plan("bittern-tracked", "Bittern Tracked", Level.STANDARD, 20_000, 1_000,
             (("3.60", "0.38", 3), ("3.95", "0.40", 4), ("10.40", "1.30", 6), None, None)),
        Plan("bittern-abroad", "Bittern International", Level.STANDARD, 20_000, 900,
             (None, None, ("12.80", "1.60", 5), ("17.60", "3.40", 7), ("19.90", "4.10", 10))),
    )),
)  # fmt: skip

CARTONS = (  # code, name, inside mm, tare grams, load grams
    ("S1", "Small mailer box", (200, 150, 60), 60, 2_000),
    ("S2", "Shoe box", (330, 200, 120), 140, 5_000),
    ("M1", "Medium box", (350, 250, 200), 260, 10_000),
    ("M2", "Flat box", (450, 350, 120), 280, 10_000),
    ("L1", "Large box", (450, 350, 300), 480, 18_000),
    ("L2", "Tall box", (600, 300, 300), 560, 20_000),
    ("X1", "Extra large box", (600, 450, 450), 950, 28_000),
)


def ensure_shipping() -> None:
    """Make what is missing altogether: carriers when there is none, cartons when there is none."""
    if not RatesRevision.objects.exists():
        RatesRevision.objects.create(token=uuid.uuid4())
    if not Carrier.objects.exists():
        for plan in CARRIERS:
            _make_carrier(plan)
    if not Carton.objects.exists():
        Carton.objects.bulk_create(
            Carton(
                code=code, name=name, length_mm=sides[0], width_mm=sides[1], height_mm=sides[2],
                tare_grams=tare, max_load_grams=load,
            )
            for code, name, sides, tare, load in CARTONS
        )  # fmt: skip


def _make_carrier(plan: CarrierPlan) -> None:
    carrier = Carrier.objects.create(code=plan.code, name=plan.name, number_prefix=plan.prefix)
    zones = {
        code: Zone.objects.create(carrier=carrier, code=code, name=code.title()) for code in PLACES
    }
    ZonePlace.objects.bulk_create(
        ZonePlace(zone=zones[code], country=country, postcode_prefix=prefix)
        for code, places in PLACES.items()
        for country, prefix in places
    )
    times: list[TransitTime] = []
    breaks: list[RateBreak] = []
    for offered in plan.services:
        service = _make_service(carrier, offered)
        card = RateCard.objects.create(
            service=service, version="2026-1", currency=settings.COMPANY_CURRENCY,
            fuel_basis_points=plan.fuel_basis_points,
            dimensional_divisor=plan.dimensional_divisor, valid_from=date(2000, 1, 1),
        )  # fmt: skip
        times += _times(service, offered, zones)
        breaks += _breaks(card, offered, zones)
    TransitTime.objects.bulk_create(times)
    RateBreak.objects.bulk_create(breaks)


def _make_service(carrier: Carrier, plan: Plan) -> Service:
    return Service.objects.create(
        carrier=carrier, code=plan.code, name=plan.name, level=plan.level,
        max_weight_grams=plan.max_weight_grams, max_side_mm=plan.max_side_mm,
        max_girth_mm=plan.max_side_mm * 5 // 2,
    )  # fmt: skip


def _lanes(plan: Plan) -> list[tuple[str, str, tuple[str, str, int]]]:
    """(origin, destination, terms) of each pair of zones that the service connects."""
    found = []
    for origin in PLACES:
        for destination in PLACES:
            terms = plan.by_distance[DISTANCE.get(frozenset({origin, destination}), FARTHEST)]
            if terms is not None:
                found.append((origin, destination, terms))
    return found


def _times(service: Service, plan: Plan, zones: dict[str, Zone]) -> list[TransitTime]:
    return [
        TransitTime(
            service=service, origin=zones[origin], destination=zones[destination],
            working_days=terms[2],
        )
        for origin, destination, terms in _lanes(plan)
    ]  # fmt: skip


def _breaks(card: RateCard, plan: Plan, zones: dict[str, Zone]) -> list[RateBreak]:
    found = []
    for origin, destination, (price, per_kilogram, _) in _lanes(plan):
        first = Money.rounded(Decimal(price), card.currency)
        step = Money.rounded(Decimal(per_kilogram), card.currency)
        for grams in UP_TO_GRAMS:
            if grams > plan.max_weight_grams and grams != UP_TO_GRAMS[0]:
                break
            found.append(
                RateBreak(
                    card=card, origin=zones[origin], destination=zones[destination],
                    up_to_grams=grams, price=first + step * (grams // 1_000),
                )
            )  # fmt: skip
    return found
