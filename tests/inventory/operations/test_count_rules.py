"""What is counted by itself: each kind of rule, once at a time, and never twice."""

from datetime import timedelta

import pytest

from core import clock
from core.errors import BadValue, NotThere
from inventory.models import CountRule, StockCount
from inventory.operations.stock.allocate import allocate_stock
from inventory.operations.stock.count_rules import set_count_rule, start_due_counts
from inventory.operations.stock.counts import count_units, submit_count
from inventory.operations.stock.restock import move_bucket
from inventory.operations.stock.ship import ship_stock
from inventory.states import NOT_FOUND, Bucket
from inventory.tasks import plan_counts
from tests.builders.inventory import counted, sku, stock, warehouse

pytestmark = pytest.mark.django_db


def rule(why: str, days: int = 30, **options) -> CountRule:
    return set_count_rule(warehouse("LON").pk, why=why, days=days, **options)


def due() -> dict[str, set[str]]:
    started = start_due_counts(warehouse("LON").pk)
    return {
        count.why: set(count.lines.values_list("level__sku__code", flat=True)) for count in started
    }


def count_of(code: str, units: int, *, days_ago: int = 0) -> None:
    with clock.pinned(clock.now() - timedelta(days=days_ago)):
        counted(**{code: units})


def sell(code: str, units: int) -> None:
    place = warehouse("LON").pk
    holder = sku(code).pk
    allocate_stock("test", holder, {holder: units}, warehouse_ids=[place])
    ship_stock(
        [(holder, units)], holder_kind="test", source_kind="test", source_id=1,
        key=f"sold {code}", warehouse_id=place,
    )  # fmt: skip


@pytest.fixture(autouse=True)
def goods():
    for code in ("MUG", "CUP", "JUG"):
        stock(code, on_hand=100)


def test_what_was_not_counted_for_long():
    count_of("MUG", 100)
    count_of("CUP", 100, days_ago=31)
    rule("period")
    assert due() == {"period": {"CUP", "JUG"}}


def test_the_longest_ago_first():
    count_of("MUG", 100, days_ago=60)
    count_of("CUP", 100, days_ago=40)
    rule("period", most=2)
    assert due() == {"period": {"JUG", "MUG"}}


def test_what_sells_most():
    sell("MUG", 90)
    sell("CUP", 9)
    rule("turnover")
    assert due() == {"turnover": {"MUG"}}


def test_what_was_wrong_before():
    count_of("MUG", 99, days_ago=31)
    count_of("CUP", 99, days_ago=3)
    count_of("JUG", 100, days_ago=31)
    rule("accuracy")
    assert due() == {"accuracy": {"MUG"}}


def test_what_a_picker_has_not_found():
    move_bucket(
        sku("CUP").pk, warehouse("LON").pk, 2, source=Bucket.ON_HAND, target=Bucket.QUARANTINE,
        reason=NOT_FOUND, key="short",
    )  # fmt: skip
    rule("not_found")
    assert due() == {"not_found": {"CUP"}}
    count = StockCount.objects.get()
    count_units(count.pk, {sku("CUP").pk: 98}, key="1")
    submit_count(count.pk)
    assert due() == {}  # it was counted since


def test_a_rule_waits_for_its_count_and_nothing_is_counted_twice():
    rule("period", most=2)
    rule("turnover")
    sell("MUG", 90)
    first = due()
    assert set(first) == {"period", "turnover"}
    assert not first["period"] & first["turnover"]
    assert due() == {}
    plan_counts.do("nightly")
    assert StockCount.objects.count() == 2


def test_one_that_is_off_or_of_a_closed_warehouse_asks_for_nothing():
    rule("period", active=False)
    assert due() == {}
    rule("period")
    assert CountRule.objects.count() == 1
    place = warehouse("LON")
    place.active = False
    place.save()
    assert due() == {}


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"why": "hand"}, "why"), ({"days": 0}, "days"), ({"days": 4000}, "days"),
     ({"most": 0}, "most"), ({"most": 2001}, "most")],
)  # fmt: skip
def test_no_such_rule(wrong, field):
    with pytest.raises(BadValue) as refusal:
        set_count_rule(warehouse("LON").pk, **({"why": "period", "days": 30} | wrong))
    assert refusal.value.facts["field"] == field
    with pytest.raises(NotThere):
        set_count_rule(0, why="period", days=3)
