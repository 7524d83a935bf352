"""The demo shop is played through the operations, packs into a file and comes out of it whole."""

import io
import json
import tarfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from core import clock
from core.books import check_books
from core.models import EventRecord, Notification
from fraud.models import OrderRisk
from inventory.models import Channel
from opsmgr.demo.baskets import Baskets
from opsmgr.demo.build import build
from opsmgr.demo.carriers import LATE, LOST, OUT_OF_ORDER, TWICE, journey
from opsmgr.demo.goods import all_goods
from opsmgr.demo.loading import load
from opsmgr.demo.mentions import leave_words
from opsmgr.demo.packing import pack, tables
from opsmgr.demo.people import some_buyers
from opsmgr.demo.places import PLACES, address_in
from opsmgr.demo.rhythm import share_of
from orders.addresses import problem_of
from orders.models import Order
from orders.operations.place import place_order
from shipping.models import Parcel

MONDAY = datetime(2026, 3, 2, 6, tzinfo=UTC)
PRESENT = MONDAY + timedelta(days=2, hours=7)
FORECAST = {"core_decision": 0, "core_eventrecord": 0}  # loading forecasts, and says so
LATER = MONDAY + timedelta(days=12, hours=12)


def wrong() -> dict:
    return {name: found for name, found in check_books() if found}


def counts() -> dict[str, int]:
    from django.apps import apps

    models = {model._meta.db_table: model for model in apps.get_models(include_auto_created=True)}
    return {table: models[table].objects.count() for table in tables()}


def made_older(path: Path) -> Path:
    """The file as code of another day made it: some columns more, some less, a table more."""
    older = path.with_name("older.tar.xz")
    gone = {"orders_order": {"service", "version", "test"}, "inventory_listing": {"title"}}
    with tarfile.open(path, "r:xz") as source, tarfile.open(older, "w:xz", preset=0) as target:
        parts = {member.name: source.extractfile(member).read() for member in source}
        about = json.loads(parts.pop("about.json"))
        for table, names in gone.items():
            about["tables"][table] = [n for n in about["tables"][table] if n not in names]
            for name in names:
                del parts[f"{table}/{name}"]
        about["tables"]["orders_order"].append("mood")
        parts["orders_order/mood"] = b"good\n" * parts["orders_order/id"].count(b"\n")
        about["tables"]["orders_horoscope"] = ["id"]
        parts["orders_horoscope/id"] = b"1\n"
        about["sequences"]["orders_horoscope_seq"] = 7
        for name, text in {**parts, "about.json": json.dumps(about).encode()}.items():
            member = tarfile.TarInfo(name)
            member.size = len(text)
            target.addfile(member, io.BytesIO(text))
    return older


def another_order() -> Order:
    """What anybody would try first in a shop that was just loaded."""
    channel = Channel.objects.get(code="uk-web")
    buyer = some_buyers(Random(5), ["GB"], number=1)[0]
    given = Baskets(Random(5), all_goods(Random(3), number=12)).order_in(channel, buyer, None)
    return place_order(channel.pk, given)


@pytest.mark.django_db(transaction=True)
def test_a_played_shop_is_sound_and_survives_its_file(tmp_path, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    settings.CURRENCY_RATES = {"GBP": 1, "EUR": 1, "USD": 1}
    build(MONDAY, PRESENT, seed=3, orders=14, skus=12, told=lambda at: None)
    assert not wrong()
    assert Order.objects.filter(fulfillment_status__in=["shipped", "delivered"]).exists()
    assert not Order.objects.filter(status="open", why_code="").exists()
    before, latest = counts(), Order.objects.latest("placed_at").placed_at

    # A worker beside has scored them at the machine's time.
    OrderRisk.objects.update(scored_at=PRESENT + timedelta(days=3))
    pack(tmp_path / "shop.tar.xz", made_at=PRESENT)
    for file in (tmp_path / "shop.tar.xz", made_older(tmp_path / "shop.tar.xz")):
        with clock.pinned(LATER):
            load(file, now=LATER)

        assert counts() | FORECAST == before | FORECAST
        assert Order.objects.latest("placed_at").placed_at == latest + timedelta(days=10)
        assert not OrderRisk.objects.filter(scored_at__gt=LATER).exists()  # it has happened
        with clock.pinned(LATER):  # what is late is late by then
            assert not wrong()
    assert set(EventRecord.objects.filter(number=None).values_list("name")) <= {("forecast.made",)}
    assert set(Order.objects.values_list("service", "version", "test")) == {("", 1, False)}
    order = Order.objects.earliest("placed_at")
    assert order.created_at == order.placed_at
    numbers = set(Order.objects.values_list("number", flat=True))
    assert another_order().number not in numbers
    leave_words()
    told = Notification.objects.filter(kind="mention").values_list("user__name", flat=True)
    assert {"Ben Buyer", "Ana Analyst"} <= set(told)


def test_goods_have_codes_and_barcodes_of_their_own():
    goods = all_goods(Random(1))

    assert len({good.code for good in goods}) == len({good.barcode for good in goods}) == 600


@pytest.mark.parametrize("country", [*PLACES, "XX"])
def test_the_demo_s_addresses_can_be_delivered_to(country):
    for seed in range(20):
        assert problem_of(address_in(Random(seed), country, "A")) == ""


def test_the_orders_of_all_hours_are_all_orders():
    until = MONDAY + timedelta(days=90)
    days = [MONDAY + timedelta(days=n) for n in range(90)]
    shares = [share_of(day, day + timedelta(days=1), since=MONDAY, until=until) for day in days]
    assert sum(shares) == pytest.approx(1)
    assert max(shares) > 2 * min(shares)  # a sale is no quiet Saturday


def parcels(number: int) -> list[Parcel]:
    return [
        Parcel(number=f"P{n}", shipped_at=MONDAY, deliver_by=date(2026, 3, 5))
        for n in range(number)
    ]


def test_a_parcel_s_journey_is_the_same_each_time_and_ends_at_the_door():
    for parcel in parcels(50):
        assert journey(parcel) == journey(parcel)
        assert all(scan.told_at >= scan.at > MONDAY for scan in journey(parcel))


def test_carriers_are_late_lose_repeat_and_tell_out_of_order_as_often_as_is_said():
    journeys = [journey(parcel) for parcel in parcels(6000)]
    trouble = {"lost", "damaged", "exception_address", "failed_attempt"}
    smooth = [scans for scans in journeys if not trouble & {scan.code for scan in scans}]

    def share(odd: list[bool]) -> float:
        return sum(odd) / len(odd)

    late = [max(scan.at for scan in scans) > MONDAY + timedelta(days=4) for scans in smooth]
    lost = ["lost" in {scan.code for scan in scans} for scans in journeys]
    twice = [len(scans) > len({(scan.code, scan.at) for scan in scans}) for scans in journeys]
    told = [[s.at for s in sorted(scans, key=lambda s: s.told_at)] for scans in smooth]
    disorder = [moments != sorted(moments) for moments in told]
    assert share(late) == pytest.approx(LATE, abs=0.015)
    assert share(lost) == pytest.approx(LOST, abs=0.003)
    assert share(twice) == pytest.approx(TWICE, abs=0.01)
    assert OUT_OF_ORDER - 0.01 < share(disorder) < OUT_OF_ORDER + TWICE + 0.01
