"""Lists that ask for a decision: too much, not moving, on no channel."""

from datetime import timedelta

import pytest
from django.test import Client

from core import clock
from core.roles import Role
from inventory.models import Replenishment, Sku, StockLevel
from inventory.operations.stock.allocate import allocate_stock
from inventory.operations.stock.ship import ship_stock
from tests.builders.inventory import listing, sku, stock
from tests.builders.people import someone

pytestmark = pytest.mark.django_db


def ago(days: int):
    return clock.pinned(clock.now() - timedelta(days=days))


def sold(code: str, units: int) -> None:
    level = StockLevel.objects.get(sku__code=code)
    allocate_stock("test", level.pk, {level.sku_id: units}, warehouse_ids=[level.warehouse_id])
    ship_stock(
        [(level.pk, units)], holder_kind="test", source_kind="test", source_id=level.pk, key="x"
    )


def codes(rows) -> list[str]:
    return sorted(rows.values_list("sku__code", flat=True))


def test_what_does_not_move_is_what_has_not_left_for_long_and_was_there_all_the_time():
    with ago(200):
        for code in ("NEVER", "LONG", "LATELY", "GONE"):
            stock(code, on_hand=5)
        sold("LONG", 1)
        sold("GONE", 5)
    with ago(10):
        sold("LATELY", 1)
        stock("FRESH", on_hand=5)

    assert codes(StockLevel.objects.not_moving()) == ["LONG", "NEVER"]


def test_overstock_is_twice_what_would_be_ordered():
    for code, units in (("MUCH", 21), ("ENOUGH", 20), ("UNKNOWN", 900)):
        level = stock(code, on_hand=units)
        if code != "UNKNOWN":
            Replenishment.objects.create(
                level=level, run=1, forecast_at=clock.now(), method="moving_average",
                weekly_units=1, horizons=[4], levels=[0.9], quantiles=[[4]], reorder_point=5,
                order_up_to=10, sentence="Why.",
            )  # fmt: skip

    assert codes(StockLevel.objects.overstocked()) == ["MUCH"]


def test_on_no_channel_though_it_is_there():
    for code in ("OFFERED", "OFF", "ALONE"):
        stock(code, on_hand=1)
    sku("EMPTY")
    listing("OFFERED")
    off = listing("OFF")
    type(off).objects.filter(pk=off.pk).update(active=False)

    assert sorted(Sku.objects.unlisted().values_list("code", flat=True)) == ["ALONE", "OFF"]


def test_they_are_tabs_of_the_lists_and_filters_of_the_api():
    client = Client()
    client.force_login(someone(Role.BUYER))
    with ago(200):
        stock("OLD", on_hand=3)

    for path in ("/inventory/?not_moving=true", "/inventory/skus/?unlisted=true"):
        assert "OLD" in client.get(path).content.decode()
    assert "OLD" not in client.get("/inventory/?overstocked=true").content.decode()
    levels = client.get("/api/v1/stock-levels?not_moving=true").json()["results"]
    assert [level["sku"] for level in levels] == ["OLD"]
    assert client.get("/api/v1/skus?unlisted=true").json()["results"][0]["code"] == "OLD"
