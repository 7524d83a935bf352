"""The rates as they are stored: reference data, fuel, and the cache that knows when to forget."""

from datetime import date
from decimal import Decimal

import pytest

from core.money import Money
from shipping.estimates import RateCardEstimate
from shipping.models import Carrier, RateBreak, RateCard, Service, TransitTime
from shipping.rating.book import price_of, rate_book
from shipping.reference import ensure_shipping

pytestmark = pytest.mark.django_db


def test_three_carriers_with_three_services_each_come_with_the_reference_data():
    assert Carrier.objects.count() == 3
    assert {c.services.count() for c in Carrier.objects.all()} == {3}
    assert not [s for s in Service.objects.all() if not s.cards.get().breaks.exists()]


def test_ensuring_again_changes_nothing_that_a_person_has_changed():
    Carrier.objects.filter(code="tern").update(name="Ours")
    Service.objects.get(code="lapwing-saver").cards.all().delete()

    ensure_shipping()

    assert Carrier.objects.get(code="tern").name == "Ours"
    assert not RateCard.objects.filter(service__code="lapwing-saver").exists()


def test_fuel_is_rounded_once_to_the_minor_unit():
    card = RateCard(currency="GBP", fuel_basis_points=1_250, rate=Decimal("1.17"))

    price = price_of(Money.of("6.95", "GBP"), card)

    assert price.fuel == Money.of("0.87", "GBP")  # 0.86875
    assert price.total == Money.of("7.82", "GBP")
    assert price.company == Money.of("9.15", "GBP")  # 9.1494


def test_the_book_is_read_once_until_a_rate_changes(django_assert_num_queries):
    before = rate_book()
    with django_assert_num_queries(1):
        assert rate_book() is before

    RateBreak.objects.filter(card__service__code="tern-next-day").update(price=1)

    after = rate_book()
    assert after is not before
    tern = next(offer for offer in after.offers if offer.code == "tern-next-day")
    lane = next(iter(tern.cards[0].breaks))
    assert tern.cards[0].price(lane, 1).base == Money(1, "GBP")


def test_the_newest_card_in_force_counts():
    service = Service.objects.get(code="tern-next-day")
    old = service.cards.get()
    RateCard.objects.create(
        service=service, version="2026-2", currency="GBP", valid_from=date(2026, 7, 1)
    )

    offer = next(offer for offer in rate_book().offers if offer.code == "tern-next-day")

    assert offer.card_on(date(2026, 6, 30)).version == old.version
    assert offer.card_on(date(2026, 7, 1)).version == "2026-2"


def test_an_inactive_service_offers_nothing():
    Service.objects.filter(code="tern-next-day").update(active=False)
    Carrier.objects.filter(code="bittern").update(active=False)

    codes = {offer.code for offer in rate_book().offers}

    assert "tern-next-day" not in codes
    assert len(codes) == 5


def test_every_service_knows_its_time_for_every_lane_it_prices():
    timed = set(TransitTime.objects.values_list("service", "origin", "destination"))
    priced = set(RateBreak.objects.values_list("card__service", "origin", "destination"))

    assert timed == priced


def test_an_estimate_is_the_cheapest_card_and_none_for_nowhere():
    from inventory.models import Warehouse

    house = Warehouse.objects.create(code="X", name="X", country="GB", postal_code="N1 1AA")
    port = RateCardEstimate()

    assert port.estimate(warehouse_id=house.pk, country="GB", grams=400) == Money.of("2.91", "GBP")
    assert port.estimate(warehouse_id=house.pk, country="GB", grams=999_999) is None
    assert port.estimate(warehouse_id=0, country="GB", grams=400) is None
