"""From orders to a stored forecast, to reorder points, to its error once it is known."""

import pytest
from django.db import InternalError, transaction
from django.test import Client

from core.actor import SYSTEM, acting, person
from core.errors import NotPermitted
from core.models import Job
from core.roles import Role
from inventory.models import Replenishment
from inventory.operations.replenishment.set_replenishment import set_replenishment
from inventory.operations.stock.adjust import adjust_stock
from kpis.demand import demand_before
from kpis.errors import NothingSold
from kpis.models import DemandForecast, ForecastRun
from kpis.operations.judge_forecasts import judge_forecasts, thin_forecasts
from kpis.operations.run_forecast import run_forecast
from kpis.outlook import weekly_of
from orders.models import Order
from orders.operations.cancel import cancel_order
from tests.builders.api import caller
from tests.builders.inventory import sku, stock
from tests.builders.kpis import at, moment, sold, worked_off
from tests.builders.people import someone

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _system():
    with acting(SYSTEM):
        yield


def day(days: int):
    return moment(days).date()


def four_weeks(**more: int) -> None:
    """10 mugs a week for four weeks, the days 0 to 27; all of it in stock."""
    with at(-1):
        stock("MUG", on_hand=500)
    for week in range(4):
        sold(7 * week, MUG=10, **more)


def test_demand_is_what_was_ordered_by_week():
    four_weeks()
    sold(26, MUG=3)

    demand = demand_before(day(28))

    assert [sku_id for sku_id, _ in demand.pairs] == [sku("MUG").pk]
    assert demand.history.units.tolist() == [[10, 10, 10, 13]]
    assert sorted(demand.history.size.tolist()) == [3, 10, 10, 10, 10]
    assert not demand.history.censored.any()


def test_weeks_end_the_day_before_the_origin():
    sold(6, MUG=1)
    sold(7, MUG=5)

    assert demand_before(day(7)).history.units.tolist() == [[1]]
    assert demand_before(day(8)).history.units.tolist() == [[6]]
    assert demand_before(day(0)) is None


def test_days_before_the_first_whole_week_are_left_out():
    sold(3, MUG=8)
    sold(12, MUG=1)

    assert demand_before(day(14)).history.units.tolist() == [[1]]
    assert demand_before(day(17)).history.units.tolist() == [[8, 1]]
    assert demand_before(day(9)).history.units.tolist() == [[8]]


def test_tests_and_cancelled_units_are_no_demand_and_the_imported_past_is():
    kept, tried, gone = sold(1, MUG=4), sold(2, MUG=50), sold(3, MUG=60)
    Order.objects.filter(pk=tried.pk).update(test=True)
    Order.objects.filter(pk=kept.pk).update(historical=True)
    cancel_order(gone.pk, reason="changed their mind")
    part = sold(4, MUG=9)
    part.lines.update(units_cancelled=7)

    assert demand_before(day(7)).history.units.tolist() == [[6]]


def test_a_day_that_closes_without_stock_makes_its_week_a_stock_out():
    with at(0):
        level = stock("MUG", on_hand=20)
    sold(0, MUG=2)
    with at(9):
        level.refresh_from_db()
        adjust_stock(
            level.sku_id, level.warehouse_id, units=level.allocated - level.on_hand,
            reason="shrinkage",
        )  # fmt: skip
    with at(12):
        adjust_stock(level.sku_id, level.warehouse_id, units=5, reason="found")

    history = demand_before(day(21)).history

    assert history.open_days.tolist() == [[7, 4, 7]]  # the days 9, 10 and 11
    assert history.censored.tolist() == [[False, True, False]]


def test_a_run_is_stored_as_made_and_handed_to_inventory():
    four_weeks(CUP=2)
    with at(28):
        run = run_forecast()

    row = DemandForecast.objects.get(sku=sku("MUG"))
    assert (run.origin, run.series, run.weeks) == (day(28), 2, 4)
    assert row.points[run.horizons.index(4)] == pytest.approx(40)
    assert row.average_units == 10
    handed = Replenishment.objects.get(level__sku=sku("MUG"))
    assert (handed.run, handed.weekly_units) == (run.pk, 10)
    assert handed.quantiles == row.quantiles
    assert handed.reorder_point >= 30  # three weeks of ten, and what varies


def test_a_night_makes_one_run_and_asking_makes_another():
    four_weeks()
    with at(28):
        first = run_forecast(once_a_day=True)
        assert run_forecast(once_a_day=True) == first
        assert run_forecast() != first
    with at(29):
        assert run_forecast(once_a_day=True).origin == day(29)


def test_forecasts_are_never_changed():
    four_weeks()
    with at(28):
        run_forecast()
    with pytest.raises(InternalError), transaction.atomic():
        DemandForecast.objects.update(average_units=0)


def test_nothing_sold_is_refused_and_the_job_takes_it_calmly():
    with at(0), pytest.raises(NothingSold):
        run_forecast()
    from kpis.tasks import forecast_demand

    with at(0):
        forecast_demand.add("nightly")
        worked_off("kpis.forecast")
    assert Job.objects.get(kind="kpis.forecast").state == "done"


def test_who_may_forecast():
    four_weeks()
    with at(28):
        with acting(person(someone(Role.VIEWER))), pytest.raises(NotPermitted):
            run_forecast()
        with acting(person(someone(Role.BUYER))):
            assert run_forecast().series == 1


def test_a_run_is_judged_once_its_four_weeks_are_over():
    four_weeks()
    with at(28):
        run_forecast()
        stock("CUP", on_hand=50)
    sold(30, MUG=20)
    sold(40, MUG=30)
    sold(41, CUP=10)  # nobody has forecast it
    with at(55):
        assert judge_forecasts() == 0
    with at(56):
        assert judge_forecasts() == 1
        assert judge_forecasts() == 0

    run = ForecastRun.objects.get()
    assert run.sold_units == 60
    assert run.wape == pytest.approx((10 + 10) / 60)
    assert run.wape_average == pytest.approx((10 + 10) / 60)
    assert run.bias == pytest.approx((40 - 60) / 60)
    assert run.coverage_95 in (0.0, 1.0)  # of the one that was forecast


def test_old_rows_are_thinned_out_to_mondays_and_the_runs_stay():
    four_weeks()
    for days in (28, 29):  # a Monday, a Tuesday
        with at(days):
            run_forecast()
    with at(29 + 57):
        judge_forecasts()
        assert thin_forecasts() == 1

    assert ForecastRun.objects.count() == 2
    assert DemandForecast.objects.get().run.origin == day(28)


def test_another_method_for_a_sku_asks_for_a_new_forecast():
    four_weeks()
    with at(28):
        set_replenishment(sku("MUG").pk, {"method": "seasonal"})
        worked_off("kpis.forecast")

    assert DemandForecast.objects.get().method == "seasonal"
    assert ForecastRun.objects.get().methods == {"seasonal": 1}


def test_totals_become_weeks():
    assert weekly_of([1, 2, 4], [10, 18, 30]) == [10, 8, 6, 6]


@pytest.fixture
def buyer() -> Client:
    four_weeks()
    with at(28):
        run_forecast()
    client = Client()
    client.force_login(someone(Role.BUYER, all_warehouses=True))
    return client


def test_pages_show_the_forecast_and_its_why(buyer):
    with at(28):
        page = buyer.get(sku("MUG").get_absolute_url()).content.decode()
        runs = buyer.get("/kpis/forecasts/").content.decode()
        run = buyer.get(ForecastRun.objects.get().get_absolute_url()).content.decode()
        advice = buyer.get("/inventory/replenishment/?below=true").content.decode()
        levels = buyer.get("/inventory/?below_reorder_point=true").content.decode()

    assert "You sell 10 a week; in the 21 days until a delivery up to" in page
    assert "Units a week in LON" in page
    assert "8 weeks out of 10" in page
    assert "not over yet" in runs
    assert "40.0" in run
    assert "Nothing matches" in advice
    assert "MUG" not in levels.partition("<table")[2]


def test_the_page_of_a_sku_asks_the_same_however_many_warehouses(
    buyer, django_assert_max_num_queries
):
    with at(28):
        buyer.get(sku("MUG").get_absolute_url())
        with django_assert_max_num_queries(40):
            buyer.get(sku("MUG").get_absolute_url())


def test_a_person_changes_how_it_is_bought_on_the_page(buyer):
    with at(28):
        form = {
            "service_percent": "90", "method": "automatic", "lead_days": "7",
            "lead_spread_days": "0", "cover_days": "14", "minimum_units": "1", "pack_units": "6",
        }  # fmt: skip
        answer = buyer.post(f"{sku('MUG').get_absolute_url()}replenishment/", form, follow=True)

    assert "in the 7 days until a delivery" in answer.content.decode()
    assert "lead days 21 → 7" in answer.content.decode()


def test_asking_on_the_page_makes_a_job(buyer):
    assert buyer.post("/kpis/forecasts/run/").status_code == 302
    assert Job.objects.filter(kind="kpis.forecast", key="asked").exists()


def test_the_list_is_exported_as_it_is_shown(buyer):
    with at(28):
        answer = buyer.get("/inventory/replenishment/?export=csv")
        text = b"".join(answer).decode() if answer.streaming else answer.content.decode()
    assert text.splitlines()[0].lstrip("\ufeff").startswith("SKU,Warehouse,A week")
    assert "MUG" in text


def test_another_warehouse_is_out_of_sight():
    four_weeks()
    with at(28):
        run_forecast()
    stranger = Client()
    stranger.force_login(someone(Role.BUYER, all_warehouses=False))
    with at(28):
        page = stranger.get(ForecastRun.objects.get().get_absolute_url()).content.decode()
        advice = stranger.get("/inventory/replenishment/").content.decode()
    assert "MUG" not in page
    assert "MUG" not in advice


def test_systems_read_and_run_it():
    four_weeks()
    with at(28):
        run = run_forecast()
    system = caller(someone(Role.BUYER, all_warehouses=True))

    listed = system.get("/forecasts").json()["results"]
    rows = system.get(f"/forecasts/{run.public_id}/rows?sku=MUG").json()["results"]
    advice = system.get("/replenishment?sku=MUG").json()["results"]
    rule = system.post(f"/skus/{sku('MUG').public_id}/replenishment", {"lead_days": 9}).json()
    wrong = system.post(f"/skus/{sku('MUG').public_id}/replenishment", {"lead_days": 0})

    assert listed[0]["origin"] == str(day(28))
    assert rows[0]["average_units"] == 10
    assert advice[0]["why"].startswith("You sell 10 a week")
    assert rule["lead_days"] == 9
    assert wrong.status_code == 422
    assert system.post("/forecasts").status_code == 202
    assert system.get("/stock-levels?below_reorder_point=true").json()["results"] == []
    assert system.get("/forecasts/0123456789abcdef/rows").status_code == 404
