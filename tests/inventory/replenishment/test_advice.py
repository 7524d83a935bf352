"""What to move and buy: from where there is too much first, then from the cheapest vendor."""

from datetime import timedelta

import pytest
from django.test import Client

from core import clock
from core.actor import SYSTEM, acting, person
from core.errors import BadValue, NotThere
from core.models import Decision
from core.money import Money
from core.roles import Role
from inventory.advice import Advice, advise
from inventory.errors import AdviceChanged, OutOfStock
from inventory.models import (
    PurchaseOrder,
    StockLevel,
    Transfer,
    WarehouseAccess,
)
from inventory.operations.purchasing.approve import approve_purchase
from inventory.operations.purchasing.rates import set_rate
from inventory.operations.purchasing.send import send_purchase
from inventory.operations.purchasing.vendors import change_vendor
from inventory.operations.replenishment.set_replenishment import set_replenishment
from inventory.operations.replenishment.store_forecast import SkuForecast, store_forecast
from inventory.operations.replenishment.take_advice import Taken, take_advice
from tests.builders.api import caller
from tests.builders.inventory import sku, stock, warehouse
from tests.builders.people import someone
from tests.builders.purchasing import agreement, vendor
from tests.races import at_once

pytestmark = pytest.mark.django_db


def runs(code: str = "MUG", *, at: str = "LON", on_hand: int = 40, weekly: float = 12.0) -> int:
    """Sold evenly, in three weeks up to point: 12 a week is 36 until a delivery, up to 84."""
    level = stock(code, on_hand=on_hand, at=at)
    set_replenishment(sku(code).pk, {"lead_spread_days": 0})
    one = SkuForecast(
        sku_id=sku(code).pk, warehouse_id=warehouse(at).pk, method="pooled", weekly_units=weekly,
        quantiles=[[weekly * weeks] * 2 for weeks in (1, 4)],
    )  # fmt: skip
    store_forecast([one], run=1, made_at=clock.now(), horizons=(1, 4), levels=(0.5, 0.95))
    return level.pk


def only(**asked) -> Advice:
    found = advise(SYSTEM, **asked)
    assert len(found) == 1
    return found[0]


def taken(one: Advice, units: int = 0, **who) -> Taken:
    offer = one.best
    if not who and offer:
        who, units = {"vendor_id": offer.vendor_id}, units or offer.units
    return Taken(level_id=one.row.level_id, units=units, pending=one.pending, **who)


def test_what_lasts_is_not_advised_and_what_will_not_last_is_filled_up():
    runs("MUG", on_hand=37)
    runs("CUP", on_hand=24)
    agreement("CUP")
    one = only()
    assert one.row.level.sku.code == "CUP"
    assert (one.needed, one.best.units) == (one.row.order_up_to - 24, one.needed)
    assert one.runs_out == clock.today() + timedelta(days=14)
    assert not one.too_late  # ACME takes 14 days
    change_vendor(vendor().pk, {"lead_time_days": 15})
    assert only().too_late


def test_the_cheapest_vendor_comes_first_and_the_others_stay_to_choose_from():
    runs(on_hand=10)
    agreement("MUG", tiers=[(1, "4.00")])
    vendor("LUX", currency="EUR")
    vendor("GONE")
    agreement("MUG", at="LUX", currency="EUR", tiers=[(1, "3.00")])
    assert only().unpriced == ["Lux Ltd (no rate of EUR)"]
    set_rate("EUR", rate="0.8", day=clock.today())
    agreement("MUG", at="GONE", tiers=[(1, "0.10")])
    change_vendor(vendor("GONE").pk, {"status": "ended"})
    assert [offer.code for offer in only().offers] == ["LUX", "ACME"]
    assert only().offers[1].total == Money.of("4", "GBP") * only().needed


def test_units_are_whole_packs_at_least_the_minimum_and_more_where_that_costs_no_more():
    runs(on_hand=30)
    agreement("MUG", tiers=[(1, "4.00"), (60, "2.00")], multiple_units=10, minimum_units=20)
    needed = only().needed
    assert 30 <= needed <= 59
    assert (only().best.units, only().best.total) == (60, Money.of("120", "GBP"))


def test_what_another_warehouse_does_not_need_is_moved_first():
    runs(on_hand=10)
    agreement("MUG")
    runs(at="MAN", on_hand=100, weekly=6)
    one = only()
    spare = 100 - StockLevel.objects.get(warehouse__code="MAN").replenishment.order_up_to
    assert (one.move.code, one.move.units) == ("MAN", spare)
    assert one.best.units == one.needed - spare
    stock("MUG", on_hand=900, at="MAN")
    assert (only().move.units, only().best) == (only().needed, None)


def test_what_is_drafted_or_requested_is_not_advised_again_until_it_is_gone():
    runs(on_hand=10)
    agreement("MUG")
    made = take_advice([taken(only())])
    assert advise(SYSTEM) == []
    order = made.orders[0]
    approve_purchase(order.pk)
    assert advise(SYSTEM) == []
    send_purchase(order.pk)
    assert advise(SYSTEM) == []  # now it is incoming


def test_orders_and_transfers_are_made_in_one_act_and_each_choice_is_stored():
    cup, mug = runs("CUP", on_hand=10), runs("MUG", on_hand=10)
    agreement("CUP")
    agreement("MUG")
    runs("MUG", at="MAN", on_hand=900, weekly=6)
    place = warehouse("MAN")
    by_level = {one.row.level_id: one for one in advise(SYSTEM)}
    lines = [taken(by_level[cup], 20), taken(by_level[mug], 30, source_id=place.pk)]
    made = take_advice(lines)
    assert [line.units for line in made.orders[0].lines.all()] == [20]
    assert made.transfers[0].lines.get().units == 30
    stored = Decision.objects.filter(kind="inventory.advice").order_by("id")
    assert "20 units from Acme Ltd" in stored[0].sentence
    assert f"30 units from {place}" in stored[1].sentence
    assert {one["key"] for one in stored[0].candidates} == {"chosen", "ACME"}
    assert {one["key"] for one in stored[1].candidates} == {"chosen", "from MAN"}


def test_all_or_nothing():
    level = runs(on_hand=10)
    agreement("MUG")
    one, place = only(), warehouse("MAN")
    stock("MUG", on_hand=5, at="MAN")
    with pytest.raises(OutOfStock):
        take_advice([taken(one, 20), taken(one, 6, source_id=place.pk)])
    for wrong in (
        [],
        [taken(one, -1, vendor_id=vendor().pk)],
        [Taken(level_id=level, units=1, pending=0)],
        [Taken(level_id=level + 999, units=1, pending=0, vendor_id=vendor().pk)],
    ):
        with pytest.raises(BadValue):
            take_advice(wrong)
    assert not PurchaseOrder.objects.exists()
    assert not Transfer.objects.exists()
    assert not Decision.objects.filter(kind="inventory.advice").exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_who_take_the_same_advice_at_once_one_does():
    runs(on_hand=10)
    agreement("MUG")
    line = taken(only())
    refused = at_once(2, lambda: take_advice([line]))
    assert [type(refusal) for refusal in refused] == [AdviceChanged]
    assert PurchaseOrder.objects.count() == 1


def test_nothing_is_advised_or_moved_beyond_ones_reach():
    runs(on_hand=10)
    agreement("MUG")
    runs(at="MAN", on_hand=900, weekly=6)
    buyer = someone(Role.BUYER, all_warehouses=False)
    WarehouseAccess.objects.create(user=buyer, warehouse=warehouse("LON"))
    with acting(person(buyer)):
        one = advise(person(buyer))[0]
        assert one.move is None
        with pytest.raises(NotThere):
            take_advice([taken(one, 5, source_id=warehouse("MAN").pk)])
    assert not Transfer.objects.exists()


def test_the_page_makes_what_was_edited_and_says_what_will_not_do():
    level = runs(on_hand=10)
    agreement("MUG")
    client = Client()
    client.force_login(someone(Role.BUYER))
    page = client.get("/inventory/replenishment/advice/").content.decode()
    assert "Buy from Acme Ltd for LON" in page
    sent = {f"buy-{level}": "25", f"vendor-{level}": "ACME", f"pending-{level}": "0"}
    bad = sent | {f"vendor-{level}": "NOBODY"}
    answer = client.post("/inventory/replenishment/advice/take/", bad, follow=True)
    assert "There is no vendor NOBODY" in answer.content.decode()
    client.post("/inventory/replenishment/advice/take/", sent | {f"buy-{level}": "0"})
    assert not PurchaseOrder.objects.exists()
    client.post("/inventory/replenishment/advice/take/", sent)
    assert PurchaseOrder.objects.get().lines.get().units == 25
    again = client.post("/inventory/replenishment/advice/take/", sent, follow=True)
    assert "meanwhile" in again.content.decode()


def test_the_api_advises_and_takes():
    runs(on_hand=10)
    agreement("MUG")
    api = caller(someone(Role.BUYER))
    told = api.get("/replenishment/advice?warehouse=LON").json()[0]
    assert (told["sku"], told["offers"][0]["vendor"]) == ("MUG", "ACME")
    line = {"sku": "MUG", "warehouse": "LON", "units": told["needed"], "pending": told["pending"]}
    for wrong in ({}, {"vendor": "X"}, {"source": "X"}, {"vendor": "ACME", "source": "LON"}):
        assert api.post("/replenishment/advice", {"lines": [line | wrong]}).status_code == 422
    made = api.post("/replenishment/advice", {"lines": [line | {"vendor": "ACME"}]})
    assert made.status_code == 201
    assert made.json()["orders"] == [PurchaseOrder.objects.get().public_id]
    stale = api.post("/replenishment/advice", {"lines": [line | {"vendor": "ACME"}]})
    assert (stale.status_code, stale.json()["code"]) == (409, "advice_changed")
    reader = caller(someone(Role.BUYER), "inventory.view_replenishment")
    assert reader.post("/replenishment/advice", {"lines": []}).status_code == 403
    assert reader.get("/replenishment/advice").status_code == 403  # offers are prices
