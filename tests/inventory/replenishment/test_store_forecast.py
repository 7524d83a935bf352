"""Forecasts come in, points follow, people change how a SKU is bought."""

from decimal import Decimal

import pytest

from core import clock
from core.actor import SYSTEM, acting, person
from core.errors import BadValue, NotPermitted, NotThere
from core.models import Decision, EventRecord
from core.roles import Role
from inventory.models import Replenishment, ReplenishmentRule, StockLevel
from inventory.operations.replenishment.set_replenishment import set_replenishment
from inventory.operations.replenishment.store_forecast import SkuForecast, store_forecast
from tests.builders.inventory import sku, stock, warehouse
from tests.builders.people import someone

pytestmark = pytest.mark.django_db
HORIZONS, LEVELS = (1, 4), (0.5, 0.9, 0.95)


@pytest.fixture(autouse=True)
def _system():
    with acting(SYSTEM):
        yield


def stored(code: str = "MUG", *, run: int = 1, scale: float = 1.0, at: str = "LON") -> int:
    """A forecast of 12 a week; 40, 55 and 58 in four weeks at the levels."""
    quantiles = [[12.0, 18.0, 20.0], [48.0, 66.0, 72.0]]
    one = SkuForecast(
        sku_id=sku(code).pk, warehouse_id=warehouse(at).pk, method="pooled", weekly_units=12.0,
        quantiles=[[units * scale for units in horizon] for horizon in quantiles],
    )  # fmt: skip
    return store_forecast([one], run=run, made_at=clock.now(), horizons=HORIZONS, levels=LEVELS)


def bought(**changes: object) -> ReplenishmentRule:
    return set_replenishment(sku("MUG").pk, changes)


def test_the_point_is_what_is_sold_until_a_delivery():
    stock("MUG", on_hand=40)
    bought(lead_days=28, lead_spread_days=0, cover_days=28)
    stored()

    row = Replenishment.objects.get()

    assert row.reorder_point == 72
    assert row.order_up_to == 144  # eight weeks, the last horizon stretched
    assert row.why == (
        "You sell 12 a week; in the 28 days until a delivery up to 72 are sold in 19 cases out of "
        "20; 40 are there or coming."
    )
    assert row.is_below
    assert row.advised == 104


def test_advice_is_in_whole_packs_and_never_below_the_minimum():
    stock("MUG", on_hand=70)
    bought(lead_days=28, lead_spread_days=0, cover_days=1, pack_units=12, minimum_units=20)
    stored()

    row = Replenishment.objects.get()

    assert (row.reorder_point, row.order_up_to) == (72, 75)
    assert row.advised == 24  # 5 are missing; the least is 20, in packs of 12


def test_at_the_point_nothing_is_bought():
    stock("MUG", on_hand=72)
    bought(lead_days=28, lead_spread_days=0)
    stored()

    assert Replenishment.objects.get().advised == 0
    assert not StockLevel.objects.below_reorder_point().exists()
    assert not Replenishment.objects.below_point().exists()


def test_levels_below_their_point_are_found():
    level = stock("MUG", on_hand=3)
    stored()

    assert list(StockLevel.objects.below_reorder_point()) == [level]
    assert list(Replenishment.objects.below_point().values_list("level", flat=True)) == [level.pk]


def test_a_level_that_was_never_there_is_made():
    stored("NEW")
    assert StockLevel.objects.get(sku__code="NEW").on_hand == 0


def test_the_same_run_again_changes_nothing():
    stock("MUG", on_hand=3)
    assert stored() == 1
    before = Replenishment.objects.values().get()
    decisions = Decision.objects.count()

    assert stored(scale=9) == 0
    assert Replenishment.objects.values().get() == before
    assert Decision.objects.count() == decisions


def test_an_older_run_changes_nothing():
    stored(run=5)
    assert stored(run=4, scale=9) == 0


def test_a_point_that_hardly_moves_stays_and_one_that_moves_is_decided_anew():
    bought(lead_days=28, lead_spread_days=0)
    stored(run=1)
    stored(run=2, scale=1.03)
    assert Replenishment.objects.get().reorder_point == 72
    assert Replenishment.objects.get().run == 2
    assert Decision.objects.count() == 1

    stored(run=3, scale=1.5)
    assert Replenishment.objects.get().reorder_point == 108
    assert Decision.objects.count() == 2


def test_the_decision_keeps_its_alternatives():
    stock("MUG", on_hand=40)
    bought(lead_days=28, lead_spread_days=0)
    stored()

    decision = Replenishment.objects.get().decision

    assert decision.kind == "inventory.reorder_point"
    assert decision.subject == f"sku:{sku('MUG').pk}"
    assert [one["facts"]["units"] for one in decision.candidates] == [72, 48, 66, 72]
    assert decision.inputs["on_hand"] == 40
    assert decision.inputs["service_percent"] == "95.0"


def test_changing_the_rule_moves_the_points_at_once():
    bought(lead_days=28, lead_spread_days=0)
    stored()

    bought(service_percent=Decimal(90))

    row = Replenishment.objects.get()
    assert row.reorder_point == 66
    assert "9 cases out of 10" in row.sentence
    event = EventRecord.objects.filter(name="replenishment.changed").last()
    assert event.payload["changes"] == "service percent 95.0 → 90"
    assert f"sku:{sku('MUG').pk}" in event.subjects


def test_no_change_is_no_event():
    bought(lead_days=28)
    bought(lead_days=28)
    assert EventRecord.objects.filter(name="replenishment.changed").count() == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("service_percent", Decimal("49.9")),
        ("service_percent", Decimal(100)),
        ("service_percent", Decimal("95.55")),
        ("service_percent", Decimal("NaN")),
        ("service_percent", "much"),
        ("service_percent", None),
        ("method", "crystal ball"),
        ("method", ["pooled"]),
        ("lead_days", 0),
        ("lead_days", 10**9),
        ("lead_days", None),
        ("lead_spread_days", -1),
        ("cover_days", 0),
        ("pack_units", 0),
        ("minimum_units", 10**10),
        ("color", "red"),
    ],
)
def test_what_will_not_do_is_refused_by_field(field, value):
    with pytest.raises(BadValue) as refused:
        bought(**{field: value})
    assert refused.value.facts["field"] == field
    assert not ReplenishmentRule.objects.exists()


def test_a_sku_that_is_not_there():
    with pytest.raises(NotThere):
        set_replenishment(10**9, {"lead_days": 3})


@pytest.mark.parametrize(
    ("role", "may"), [(Role.BUYER, True), (Role.PICKER, False), (Role.VIEWER, False)]
)
def test_who_may_say_how_a_sku_is_bought(role, may):
    item = sku("MUG")
    with acting(person(someone(role, all_warehouses=True))):
        if may:
            assert set_replenishment(item.pk, {"lead_days": 9}).lead_days == 9
        else:
            with pytest.raises(NotPermitted):
                set_replenishment(item.pk, {"lead_days": 9})
