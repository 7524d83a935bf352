"""The rate engine, on rates made up for the test: no database."""

from datetime import UTC, date, datetime, time

import pytest

from core.money import Money
from shipping.rating.book import Card, Offer, Price, RateBook
from shipping.rating.quote import (
    Shipment,
    billable_grams,
    choose,
    collection_day,
    quotes,
    working_days_after,
)

HOME, REMOTE = 1, 2
TUESDAY = datetime(2026, 11, 24, 9, tzinfo=UTC)


def price(amount: str) -> Price:
    base = Money.of(amount, "GBP")
    return Price(base, Money.zero("GBP"), base, base)


def offer(code, prices, *, days=1, level="standard", **limits) -> Offer:
    grams, costs = zip(*prices, strict=True)
    card = Card(
        1, "1", date(2026, 1, 1), None, 5_000,
        {(HOME, HOME): (list(grams), [price(cost) for cost in costs])},
    )  # fmt: skip
    limits = {"max_weight_grams": 30_000, "max_side_mm": 1_000, "max_girth_mm": 3_000} | limits
    return Offer(
        id=1, code=code, name=code.title(), carrier_id=1, carrier="Tern", level=level,
        collects_until=time(17), cards=[card], days={(HOME, HOME): days}, **limits,
    )  # fmt: skip


def book(*offers: Offer) -> RateBook:
    places = {1: {"GB": [("BT", REMOTE), ("", HOME)]}}
    return RateBook("r1", list(offers), places, {HOME: "HOME", REMOTE: "REMOTE"})


def shipment(**parts) -> Shipment:
    given = {
        "from_country": "GB", "from_postcode": "N1 1AA", "from_zone": "Europe/London",
        "to_country": "GB", "to_postcode": "E2 2BB", "weight_grams": 900, "ready_at": TUESDAY,
    } | parts  # fmt: skip
    return Shipment(**given)


CHEAP = offer("cheap", [(2_000, "3.00"), (5_000, "4.00")], days=4)
QUICK = offer("quick", [(2_000, "6.00"), (5_000, "8.00")], days=1, level="express")


def test_the_cheapest_wins_when_nothing_is_promised():
    chosen = choose(quotes(book(QUICK, CHEAP), shipment()))

    assert (chosen.offer.code, chosen.price.total) == ("cheap", Money.of("3.00", "GBP"))
    assert chosen.arrives == date(2026, 11, 30)  # Tuesday and four working days


def test_the_cheapest_that_keeps_the_promise_wins():
    found = quotes(book(QUICK, CHEAP), shipment(deliver_by=date(2026, 11, 26)))

    assert choose(found).offer.code == "quick"
    assert {quote.offer.code: quote.code for quote in found} == {"cheap": "too_slow", "quick": ""}


def test_when_none_keeps_it_the_soonest_goes():
    found = quotes(book(CHEAP, QUICK), shipment(deliver_by=date(2026, 11, 24)))

    assert choose(found).offer.code == "quick"
    assert "promised by 2026-11-24" in choose(found).reason


def test_the_level_that_the_customer_chose_is_kept():
    found = quotes(book(CHEAP, QUICK), shipment(level="express"))

    assert choose(found).offer.code == "quick"
    assert [quote.code for quote in found] == ["below_level", ""]


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ({"weight_grams": 30_001}, "too_heavy"),
        ({"sides_mm": (1_001, 10, 10)}, "too_long"),
        ({"sides_mm": (1_000, 600, 500)}, "too_big"),
        ({"to_postcode": "bt1 1aa"}, "no_lane"),
        ({"to_country": "FR"}, "no_lane"),
        ({"weight_grams": 5_001}, "no_price"),
        ({"ready_at": datetime(2025, 6, 1, 9, tzinfo=UTC)}, "no_card"),
    ],
)
def test_what_a_service_cannot_do_it_says(parts, code):
    (quote,) = quotes(book(CHEAP), shipment(**parts))

    assert quote.code == code
    assert quote.reason
    assert choose([quote]) is None


@pytest.mark.parametrize(
    ("grams", "cost"), [(1, "3.00"), (2_000, "3.00"), (2_001, "4.00"), (5_000, "4.00")]
)
def test_a_weight_break_takes_its_own_limit(grams, cost):
    (quote,) = quotes(book(CHEAP), shipment(weight_grams=grams))

    assert quote.price.total == Money.of(cost, "GBP")


def test_a_large_light_parcel_pays_for_its_size():
    parcel = shipment(sides_mm=(400, 300, 200), weight_grams=900)

    assert billable_grams(parcel, 5_000) == 4_800
    assert billable_grams(shipment(sides_mm=(1, 1, 1), weight_grams=0), 5_000) == 1  # rounded up
    (quote,) = quotes(book(CHEAP), parcel)
    assert quote.price.total == Money.of("4.00", "GBP")


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 11, 24, 17, 0, tzinfo=UTC), date(2026, 11, 24)),
        (datetime(2026, 11, 24, 17, 1, tzinfo=UTC), date(2026, 11, 25)),
        (datetime(2026, 11, 27, 18, 0, tzinfo=UTC), date(2026, 11, 30)),  # Friday evening
        (datetime(2026, 11, 28, 9, 0, tzinfo=UTC), date(2026, 11, 30)),  # Saturday
        (datetime(2026, 11, 29, 23, 0, tzinfo=UTC), date(2026, 11, 30)),  # Sunday night
    ],
)
def test_the_carrier_collects_on_working_days_until_its_hour(moment, day):
    assert collection_day(moment, CHEAP) == day


def test_working_days_jump_the_weekend():
    assert working_days_after(date(2026, 11, 27), 1) == date(2026, 11, 30)
    assert working_days_after(date(2026, 11, 28), 0) == date(2026, 11, 30)
    assert working_days_after(date(2026, 11, 24), 9) == date(2026, 12, 7)


def test_the_longest_postcode_prefix_wins_and_elsewhere_takes_the_rest():
    places = {1: {"GB": [("BT", REMOTE), ("", HOME)], "": [("", 3)]}}
    rates = RateBook("r", [], places, {})

    assert rates.zone(1, "GB", "BT1 1AA") == REMOTE
    assert rates.zone(1, "GB", "") == HOME
    assert rates.zone(1, "JP", "100-0001") == 3
    assert rates.zone(2, "GB", "N1") is None


def test_a_part_of_a_country_that_no_zone_names_is_the_rest_of_the_world():
    places = {1: {"GB": [("BT", REMOTE)], "": [("", 3)]}, 2: {"GB": [("BT", REMOTE)]}}
    rates = RateBook("r", [], places, {})

    assert rates.zone(1, "GB", "N1 9GU") == 3
    assert rates.zone(1, "GB", "bt1 1aa") == REMOTE
    assert rates.zone(2, "GB", "N1 9GU") is None  # nobody has said that it goes there
