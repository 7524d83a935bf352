"""The demo shop is played through the operations, packs into a file and comes out of it whole."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from core import clock
from core.books import check_books
from core.models import EventRecord, Note, Notification
from inventory.models import Channel, StockLevel
from opsmgr.demo.build import build
from opsmgr.demo.carriers import journey
from opsmgr.demo.goods import all_goods
from opsmgr.demo.packing import NUMBERS, load, pack, tables
from opsmgr.demo.people import PLACES, AddressIn, Random
from opsmgr.demo.words import leave_words
from orders.addresses import problem_of
from orders.models import Order
from orders.operations.place import place_order
from tests.builders.orders import order_in

MONDAY = datetime(2026, 3, 2, 6, tzinfo=UTC)


def wrong() -> dict:
    return {name: found for name, found in check_books() if found}


def counts() -> dict[str, int]:
    from django.apps import apps

    models = {model._meta.db_table: model for model in apps.get_models(include_auto_created=True)}
    return {table: models[table].objects.count() for table in tables()}


@pytest.mark.django_db(transaction=True)
def test_a_played_shop_is_sound_and_survives_its_file(tmp_path, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    settings.CURRENCY_RATES = {"EUR": 1, "USD": 1}
    build(MONDAY, MONDAY + timedelta(days=2), seed=3, orders=14, skus=12, told=lambda at: None)
    assert not wrong()
    assert Order.objects.filter(fulfillment_status__in=["shipped", "delivered"]).exists()
    stuck = Order.objects.filter(status="open", why_code="")
    assert not stuck.exists()
    before, latest = counts(), Order.objects.latest("placed_at").placed_at

    pack(tmp_path / "shop.tar.xz", made_at=MONDAY + timedelta(days=2))
    with connection.cursor() as cursor:  # as in a database that was just migrated
        cursor.execute("; ".join(f"ALTER SEQUENCE {name} RESTART" for name in NUMBERS))
    with clock.pinned(MONDAY + timedelta(days=12, hours=5)):
        load(tmp_path / "shop.tar.xz", now=MONDAY + timedelta(days=12, hours=5))

    assert counts() == before
    assert Order.objects.latest("placed_at").placed_at == latest + timedelta(days=10)
    with clock.pinned(MONDAY + timedelta(days=12, hours=5)):  # what is late is late by then
        assert not wrong()
    assert EventRecord.objects.filter(number=None).count() == 0
    leave_words()
    told = Notification.objects.filter(kind="mention").values_list("user__name", flat=True)
    assert {"Maya Manager", "Ben Buyer", "Ana Analyst"} <= set(told)
    assert Note.objects.exclude(mentions=[]).count() == 4
    placed = place_order(Channel.objects.get(code="web").pk, order_in(**_something_free()))
    assert int(placed.number) == max(int(number) for number in _numbers())


def _something_free() -> dict[str, int]:
    level = StockLevel.objects.in_stock().filter(warehouse__channels__code="web").first()
    return {level.sku.code: 1}


def _numbers() -> list[str]:
    return list(Order.objects.values_list("number", flat=True))


@pytest.mark.django_db
def test_every_sequence_of_numbers_is_counted_on():
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT relname FROM pg_class AS c
                WHERE relkind = 'S' AND NOT EXISTS (
                      SELECT FROM pg_depend WHERE objid = c.oid AND deptype IN ('a', 'i'))"""
        )
        assert {name for (name,) in cursor.fetchall()} == set(NUMBERS)


def test_goods_have_codes_and_barcodes_of_their_own():
    goods = all_goods(Random(1))

    assert len({good.code for good in goods}) == len({good.barcode for good in goods}) == 600


@pytest.mark.parametrize("country", PLACES)
def test_the_demo_s_addresses_can_be_delivered_to(country):
    for city, region, code in PLACES[country]:
        given = AddressIn(
            name="A", line1="1 B", city=city, region=region, postal_code=code, country=country
        )
        assert problem_of(given) == ""


def test_a_parcel_s_journey_is_the_same_each_time():
    class Service:
        level = "standard"

    class Parcel:
        number, service, shipped_at = "P1", Service, MONDAY

    assert journey(Parcel) == journey(Parcel)
