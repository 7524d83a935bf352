"""Which warehouse sends an order, and why."""

import pytest

from core.books import check_books
from core.jobs import work_off
from core.models import Decision, EventRecord
from core.money import Money
from inventory.errors import OutOfStock
from inventory.models import StockLevel
from orders.operations import source as module
from orders.operations.hold import hold_order
from orders.operations.place import place_order
from orders.operations.release import release_order
from orders.operations.source import source_order
from orders.ports import label_cost
from orders.tasks import release
from tests.builders.inventory import channel, stock, warehouse
from tests.builders.orders import order_in
from tests.races import at_once

pytestmark = pytest.mark.django_db


class Prices:
    """Label costs by warehouse code; None: cannot tell."""

    name, version = "test prices", "1"

    def __init__(self, **by_code: str | None) -> None:
        self.by_id = {warehouse(code).pk: cost for code, cost in by_code.items()}

    def estimate(self, *, warehouse_id: int, country: str, grams: int) -> Money | None:
        cost = self.by_id.get(warehouse_id)
        return Money.of(cost, "GBP") if cost else None


@pytest.fixture
def shop():
    return channel("two", warehouses=("LON", "BER"))


@pytest.fixture
def prices(monkeypatch):
    def use(**by_code: str | None) -> None:
        monkeypatch.setattr(label_cost, "answer", Prices(**by_code))

    return use


def allocated(code: str) -> int:
    return StockLevel.objects.get(sku__code="MUG", warehouse__code=code).allocated


def both(shop, units: int = 2):
    stock("MUG", on_hand=5, at="LON")
    stock("MUG", on_hand=5, at="BER")
    return place_order(shop.pk, order_in(MUG=units))


def test_a_cheaper_place_gets_the_promise_and_the_decision_says_why(shop, prices):
    prices(LON="6.20", BER="4.00")
    order = both(shop)
    assert order.warehouse.code == "LON"

    decision = source_order(order.pk)

    order.refresh_from_db()
    assert order.warehouse.code == "BER"
    assert (allocated("LON"), allocated("BER")) == (0, 2)
    assert decision.chosen == "BER"
    assert "£2.20 less" in decision.sentence
    assert {row["key"] for row in decision.candidates} == {"LON", "BER"}
    assert decision.inputs["label_cost"] == "test prices 1"
    assert decision.inputs["grams"] == 600
    assert not [found for _, found in check_books() if found]


@pytest.mark.parametrize(
    ("costs", "words"),
    [
        ({"LON": "4.00", "BER": "4.00"}, "promised already"),
        ({"LON": None, "BER": None}, "promised already"),
        ({"LON": "4.00", "BER": "6.20"}, "£2.20 less"),
        ({"LON": "4.00", "BER": None}, "only one with a price"),
    ],
)
def test_it_stays_where_it_is_unless_that_saves_something(shop, prices, costs, words):
    prices(**costs)
    order = both(shop)

    decision = source_order(order.pk)

    assert (allocated("LON"), allocated("BER")) == (2, 0)
    assert words in decision.sentence
    assert EventRecord.objects.filter(name="order.promised").count() == 0


def test_a_place_that_lacks_something_is_rejected_with_the_gap(shop, prices):
    prices(LON="6.20", BER="4.00")
    stock("MUG", on_hand=5, at="LON")
    stock("MUG", on_hand=1, at="BER")
    order = place_order(shop.pk, order_in(MUG=3))

    decision = source_order(order.pk)

    assert decision.chosen == "LON"
    assert decision.rejects[0]["reason"] == "Lacks 2 of MUG."
    assert allocated("LON") == 3


def test_it_is_decided_once_unless_asked_again(shop, prices):
    prices(LON="4.00", BER="6.20")
    order = both(shop)
    source_order(order.pk)

    assert source_order(order.pk) is None
    assert Decision.objects.count() == 1

    prices(LON="6.20", BER="4.00")
    assert source_order(order.pk, again=True).chosen == "BER"
    assert allocated("BER") == 2


def test_after_the_release_nothing_moves(shop, prices):
    prices(LON="6.20", BER="4.00")
    order = both(shop)
    release_order(order.pk)

    assert source_order(order.pk) is None
    assert (allocated("LON"), allocated("BER")) == (2, 0)


def test_one_warehouse_is_no_choice():
    stock("MUG", on_hand=5)
    order = place_order(channel("web").pk, order_in(MUG=1))

    assert source_order(order.pk) is None
    assert not Decision.objects.exists()


def test_the_release_job_chooses_first(shop, prices):
    prices(LON="6.20", BER="4.00")
    order = both(shop)
    release.add(order.pk)

    work_off(release)

    assert order.fulfillments.get().warehouse.code == "BER"


def test_a_held_order_is_sourced_and_waits(shop, prices):
    prices(LON="6.20", BER="4.00")
    order = both(shop)
    hold_order(order.pk, reason="rang")
    release.add(order.pk)

    work_off(release)

    assert not order.fulfillments.exists()
    assert allocated("BER") == 2


def test_who_comes_too_late_keeps_the_first_promise(shop, prices, monkeypatch):
    prices(LON="6.20", BER="4.00")
    order = both(shop, units=3)
    planned = module._places

    def taken_meanwhile(*given):
        places = planned(*given)
        place_order(channel("ber", warehouses=("BER",)).pk, order_in(MUG=4))
        return places

    monkeypatch.setattr(module, "_places", taken_meanwhile)
    with pytest.raises(OutOfStock):
        source_order(order.pk)
    monkeypatch.undo()

    assert allocated("LON") == 3
    assert not Decision.objects.exists()
    assert not [found for _, found in check_books() if found]


@pytest.mark.django_db(transaction=True)
def test_orders_that_cross_each_other_do_not_deadlock_nor_oversell():
    there, back = (
        channel("there", warehouses=("LON", "BER")),
        channel("back", warehouses=("BER", "LON")),
    )
    for place in ("LON", "BER"):
        stock("MUG", on_hand=8, at=place)
        stock("CUP", on_hand=8, at=place)
    orders = [
        place_order((there if number % 2 else back).pk, order_in(MUG=1, CUP=1))
        for number in range(8)
    ]
    old = label_cost.answer
    label_cost.answer = Swapped()
    try:
        turns = iter(orders)
        refused = at_once(8, lambda: source_order(next(turns).pk))
    finally:
        label_cost.answer = old

    assert refused == []
    assert not [found for _, found in check_books() if found]


class Swapped:
    """Whoever is promised from one place finds the other cheaper, by its own luck."""

    name, version = "swapped", "1"

    def estimate(self, *, warehouse_id: int, country: str, grams: int) -> Money | None:
        return Money.of("4.00", "GBP") if warehouse_id % 2 else Money.of("6.00", "GBP")
