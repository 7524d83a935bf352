"""The demo shop before its first order: warehouses, channels, goods, stock, staff."""

from dataclasses import dataclass
from datetime import datetime
from random import Random

from django.contrib.auth.hashers import make_password

from core import clock
from core.models import User
from inventory.models import (
    Bin,
    Channel,
    ChannelWarehouse,
    Listing,
    Product,
    Sku,
    StockLevel,
    Warehouse,
)
from inventory.operations.stock.receive import receive_stock
from opsmgr.demo.goods import Good, all_goods
from opsmgr.demo.people import PASSWORD, STAFF
from opsmgr.demo.products import let_scanners_find

GATES = ["payment", "address", "risk"]
WAREHOUSES = [
    {
        "code": "LON", "name": "London", "country": "GB", "city": "London", "line1": "1 Dock Road",
        "postal_code": "E16 1AG", "time_zone": "Europe/London",
    },
    {
        "code": "BER", "name": "Berlin", "country": "DE", "city": "Berlin",
        "line1": "Hafenstraße 12", "postal_code": "10317", "time_zone": "Europe/Berlin",
    },
    {
        "code": "RNO", "name": "Reno", "country": "US", "city": "Reno", "region": "NV",
        "line1": "400 Depot Street", "postal_code": "89502",
        "time_zone": "America/Los_Angeles",
    },
]  # fmt: skip
# code, name, currency, marketplace, warehouses in order, countries, share of the orders
CHANNELS = [
    ("uk-web", "UK web shop", "GBP", False, ["LON", "BER"], ["GB", "GB", "GB", "IE", "NL"], 0.5),
    ("web-eu", "Web shop Europe", "EUR", False, ["BER", "LON"], ["DE", "FR", "NL"], 0.22),
    ("bazaar", "Bazaar marketplace", "GBP", True, ["LON"], ["GB"], 0.18),
    ("web-us", "Web shop US", "USD", False, ["RNO"], ["US"], 0.1),
]


@dataclass
class Shop:
    """What the played customers and staff work with."""

    channels: list[Channel]
    warehouses: dict[str, Warehouse]
    goods: list[Good]


def make_staff() -> None:
    """People to log in as; one password, hashed once."""
    secret = make_password(PASSWORD)
    for email, name, roles in STAFF:
        User.objects.get_or_create(
            email=email, defaults={"name": name, "roles": roles, "password": secret}
        )


def make_shop(chance: Random, opened_at: datetime, *, skus: int = 600) -> Shop:
    """Warehouses with bins, channels with listings, goods with opening stock."""
    make_staff()
    houses = {
        fields["code"]: Warehouse.objects.get_or_create(
            code=fields["code"], defaults=fields
        )[0]
        for fields in WAREHOUSES
    }  # fmt: skip
    channels = [_channel(houses, *settings[:5]) for settings in CHANNELS]
    goods = all_goods(chance, number=skus)
    ids = _make_skus(goods)
    for channel in channels:
        Listing.objects.bulk_create(
            Listing(channel=channel, channel_sku=good.code, sku_id=ids[good.code], title=good.title)
            for good in goods
        )
    for house in houses.values():
        _stock_up(chance, house, goods, ids, opened_at)
    return Shop(channels, houses, goods)


def _channel(
    houses: dict[str, Warehouse], code: str, name: str, currency: str, marketplace: bool,  # noqa: FBT001
    ranked: list[str],
) -> Channel:  # fmt: skip
    channel, _ = Channel.objects.get_or_create(
        code=code,
        defaults={
            "name": name, "currency": currency, "marketplace": marketplace, "clearances": GATES,
        },
    )  # fmt: skip
    for rank, house in enumerate(ranked, 1):
        ChannelWarehouse.objects.get_or_create(
            channel=channel, warehouse=houses[house], defaults={"rank": rank}
        )
    return channel


def _make_skus(goods: list[Good]) -> dict[str, int]:
    kinds = {good.product: good.category for good in goods}
    made = Product.objects.bulk_create(
        Product(title=name.capitalize(), category=category) for name, category in kinds.items()
    )
    products = dict(zip(kinds, made, strict=True))
    Sku.objects.bulk_create(
        Sku(
            product=products[good.product], code=good.code, title=good.title, barcode=good.barcode,
            weight_grams=good.grams, length_mm=good.size_mm[0], width_mm=good.size_mm[1],
            height_mm=good.size_mm[2], hs_code=good.hs_code, origin_country=good.origin,
            unit_cost=good.cost, unit_price=good.price, currency="GBP",
        )
        for good in goods
    )  # fmt: skip
    let_scanners_find()
    return dict(Sku.objects.values_list("code", "id"))


def _stock_up(
    chance: Random, house: Warehouse, goods: list[Good], ids: dict[str, int], at: datetime
) -> None:
    share = {"LON": 1.0, "BER": 0.6, "RNO": 0.35}.get(house.code, 0.5)
    whole = sum(good.weight for good in goods)
    units = {
        ids[good.code]: max(
            2, round(12_000 * share * good.weight / whole * chance.uniform(0.4, 1.3))
        )
        for good in goods
    }
    with clock.pinned(at):
        receive_stock(
            house.pk, units, source_kind="opening", source_id=house.pk, key="demo", reason="opening"
        )
    rows = "ABCDEFGH"
    bins = Bin.objects.bulk_create(
        Bin(warehouse=house, code=f"{rows[n // 30]}-{n % 30 + 1:02}", position=n)
        for n in range(len(rows) * 30)
    )
    levels = list(StockLevel.objects.filter(warehouse=house).order_by("sku_id"))
    for place, level in enumerate(levels):
        level.bin = bins[place * len(bins) // len(levels)]
        level.safety_stock = chance.choice([0, 0, 1, 2])
    StockLevel.objects.bulk_update(levels, ["bin", "safety_stock"])
