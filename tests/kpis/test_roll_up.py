"""Roll-ups stay fresh, whatever dies; and every figure is what its rows say."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection, transaction

from core import clock
from core.actor import SYSTEM, acting, person
from core.books import check_books
from core.models import Job
from core.roles import Role
from fraud.operations.assess import assess_order
from inventory.models import Channel, ChannelAccess
from kpis import tasks
from kpis.facts import NONE, Where, rows_behind, total_behind
from kpis.figures import broken_down, by_day, figure_of, of_period, periods
from kpis.metrics import METRICS
from kpis.metrics.base import How
from kpis.models import DailyFigure, DirtyDay, RolledDay
from kpis.operations.mark import (
    mark_imported,
    mark_imported_returns,
    mark_order,
    turn_clock,
)
from kpis.operations.roll_up import mark_days, roll_up
from orders.events import OrdersImported
from orders.models import Order
from orders.operations.cancel import cancel_order
from orders.operations.hold import hold_order
from tests.builders.fraud import doubtful, guarded
from tests.builders.inventory import channel, listing
from tests.builders.kpis import (
    at,
    behind,
    figure,
    moment,
    parts,
    rolled,
    sent,
    sold,
    worked_off,
)
from tests.builders.orders import order_in, placed_order
from tests.builders.people import someone
from tests.races import at_once


def a_shop_with_everything() -> None:
    listing("MUG")
    order = sold(0, MUG=2)
    sent(order, 1)
    cancelled = sold(0, CUP=1)
    with at(2):
        cancel_order(cancelled.pk, reason="customer")
    sold(1, MUG=1, CUP=3)
    with at(1):
        assess_order(placed_order(guarded(), given=doubtful(placed_at=moment(1))).pk)


@pytest.mark.django_db
@pytest.mark.parametrize("key", METRICS)
def test_the_rows_behind_a_figure_add_up_to_it(key):
    with at(6):
        a_shop_with_everything()
        today = clock.today()
        metric = METRICS[key]
        days = [today - timedelta(days=n) for n in range(8)]
        mark_days(days[-1], days[0])
        roll_up()

        one = Where(first=days[0] if metric.how == How.SNAPSHOT else days[-1], last=days[0])
        figures = by_day([key], one, SYSTEM)[key]
        whole = of_period(metric, figures)
        behind = total_behind(metric, one, SYSTEM)
        rows = rows_behind(metric, one, SYSTEM, limit=1000)
        if metric.how != How.SNAPSHOT:
            assert len(figures) == 8
        shown = of_period(metric, figures, periods([key], one, SYSTEM).get(key))
        assert figure_of(metric, behind).shown == shown.shown
        assert figure_of(metric, behind).second_shown == shown.second_shown
        for by in ("channel_id", "warehouse_id", "part"):
            for slice_, part in broken_down(metric, one, SYSTEM, by).items():
                wanted = NONE if slice_ is None else slice_
                narrowed = Where(**{**vars(one), by: wanted})
                found = total_behind(metric, narrowed, SYSTEM)
                assert (part.facts, part.den) == (found["facts"], found["den"])
                assert figure_of(metric, found).shown == part.shown
        assert (whole.den, whole.facts) == (behind["den"], len(rows))
        assert abs(whole.num - behind["num"]) < 0.001
        assert abs(whole.num - sum(row["num"] for row in rows)) < 0.001
        assert whole.den == sum(row["den"] for row in rows)


@pytest.mark.django_db
def test_an_order_makes_its_days_fresh_by_itself():
    with at(2):
        sold(0, MUG=2)
        worked_off("kpis.roll_up")
        Job.objects.filter(kind="kpis.roll_up").update(not_before=moment(-900))
        worked_off("kpis.roll_up")

        assert figure("gross_sales").value == 20
        assert DirtyDay.objects.count() == 0
        assert Job.objects.filter(kind="kpis.turn_clock").exists()


@pytest.mark.django_db
def test_imported_days_are_marked_and_rolled_up_though_they_are_the_past():
    with at(2):
        mark_imported([str(moment(-3).date()), str(moment(-1).date())])
        marks = DirtyDay.objects.filter(source="stock").order_by("day")
        assert [mark.day for mark in marks] == [moment(day).date() for day in (-3, -2, -1)]
        assert "days" in OrdersImported.__dataclass_fields__


@pytest.mark.django_db
def test_rolled_up_twice_it_is_the_same():
    with at(3):
        a_shop_with_everything()
        rolled(-1, 3)
        names = ("metric", "day", "channel", "warehouse", "part", "num", "den", "facts", "values")
        first = sorted(map(str, DailyFigure.objects.values_list(*names)))
        rolled(-1, 3)

        assert sorted(map(str, DailyFigure.objects.values_list(*names))) == first


@transaction.atomic
def killed_while_rolling_up() -> None:
    roll_up()
    raise ZeroDivisionError


@pytest.mark.django_db
def test_killed_in_the_middle_nothing_has_happened():
    with at(3):
        sold(0, MUG=1)
        mark_days(moment(0).date(), moment(3).date())
        marks = DirtyDay.objects.count()
        with pytest.raises(ZeroDivisionError):
            killed_while_rolling_up()

        assert DirtyDay.objects.count() == marks
        assert not DailyFigure.objects.exists()
        roll_up()
        assert figure("orders").value == 1


@pytest.mark.django_db(transaction=True)
def test_rolled_up_by_several_at_once_each_day_counts_once():
    with at(3):
        a_shop_with_everything()
        mark_days(moment(-1).date(), moment(3).date())

        assert at_once(4, roll_up) == []

        assert figure("gross_sales", 0).value == 30
        assert DirtyDay.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_a_mark_written_during_a_roll_up_outlives_it():
    with at(3):
        mark_days(moment(0).date(), moment(0).date())

        def mark_meanwhile() -> None:
            mark_days(moment(0).date(), moment(0).date())

        with transaction.atomic():
            roll_up()
            at_once(1, mark_meanwhile)

        assert DirtyDay.objects.exists()


@pytest.mark.django_db
def test_days_to_come_wait_until_they_are_there():
    with at(1):
        mark_days(moment(1).date(), moment(5).date())
        roll_up()
        assert RolledDay.objects.filter(metric="orders").count() == 1
        assert DirtyDay.objects.filter(source="orders").count() == 4
    with at(3):
        turn_clock()
        roll_up()
        days = RolledDay.objects.filter(metric="on_time_ship_rate").values_list("day", flat=True)
        assert moment(3).date() in days
        turn_clock()
    with at(5):
        turn_clock()
        marked = DirtyDay.objects.filter(source="clock").values_list("day", flat=True)
        assert set(marked) >= {moment(3).date(), moment(4).date(), moment(5).date()}


@pytest.mark.django_db
def test_an_order_from_a_channel_whose_clock_is_ahead_is_counted_on_its_day():
    midnight = moment(1).replace(hour=0)
    with clock.pinned(midnight - timedelta(minutes=1)):
        given = replace(order_in(), placed_at=midnight + timedelta(minutes=1))
        order = placed_order("web", given=given)
        mark_order(order.pk)
        roll_up()
    with at(2):
        roll_up()
        assert figure("orders", 1).value == 1


@pytest.mark.django_db
def test_a_day_on_which_nothing_happens_is_nothing_and_not_unknown():
    with at(1):
        turn_clock()
        roll_up()
    with at(3):
        turn_clock()
        roll_up()
        for key in ("gross_sales", "net_sales", "orders"):
            assert figure(key, 2).value == 0, key


@pytest.mark.django_db
def test_an_order_that_comes_in_late_changes_the_backlog_of_the_days_since():
    with at(6):
        rolled(-1, 6)
        assert figure("open_backlog_age", 4).value == 0
        order = placed_order("web", given=replace(order_in(), placed_at=moment(-1)))
        assert order.ship_by < moment(3)

        worked_off()
        roll_up()

        for day in (3, 4, 5, 6):
            assert figure("open_backlog_age", day).value == 1
            assert behind("open_backlog_age", day)["facts"] == 1


@pytest.mark.django_db
def test_parts_of_closed_days_stay_what_their_rows_say():
    with at(4):
        order = sold(0, MUG=1)
        Order.objects.filter(pk=order.pk).update(ship_by=moment(1))
        rolled(-1, 4)
        hold_order(order.pk, reason="question")
        turn_clock()
        roll_up()

        assert set(parts("open_backlog_age", 2)) == {""}
        assert set(parts("open_backlog_age", 4)) == {"held"}
        for day in (2, 4):
            where = Where(first=moment(day).date(), last=moment(day).date())
            rows = rows_behind(METRICS["open_backlog_age"], where, SYSTEM, limit=9)
            assert {row["part"] for row in rows} == set(parts("open_backlog_age", day))


@pytest.mark.django_db
def test_what_an_import_brings_back_is_in_stock_on_every_day_since():
    with at(4):
        rolled(-1, 4)
        mark_imported_returns(channel().pk, [str(moment(1).date())])
        marks = DirtyDay.objects.filter(source="stock").values_list("day", flat=True)
        assert sorted(marks) == [moment(day).date() for day in (1, 2, 3, 4)]
        DirtyDay.objects.all().delete()
        mark_imported([str(moment(1).date()), str(moment(2).date())])
        marks = DirtyDay.objects.filter(source="stock").values_list("day", flat=True)
        assert sorted(marks) == [moment(day).date() for day in (1, 2, 3, 4)]


@pytest.mark.django_db
def test_the_clock_comes_again():
    with at(1):
        tasks.tick.do("shop")
    worked_off()
    assert Job.objects.filter(kind="kpis.turn_clock", key="shop").exists()


@pytest.mark.django_db
def test_the_books_find_a_figure_that_its_rows_do_not_bear_out():
    with at(6):
        a_shop_with_everything()
        rolled(-1, 5)
        worked_off()
        DirtyDay.objects.all().delete()
        name = "kpis: figures are what their rows say"
        assert dict(check_books())[name] == []

        DailyFigure.objects.filter(metric="gross_sales", day=moment(0).date()).update(num=1)

        wrong = dict(check_books())[name]
        assert {row.facts["metric"] for row in wrong} == {"gross_sales"}


def figures_said_wrong() -> list[str]:
    found = dict(check_books())["kpis: figures are what their rows say"]
    return sorted({f"{row.facts['metric']} {row.facts['part']}".strip() for row in found})


@pytest.mark.django_db
def test_the_books_find_what_is_in_the_wrong_slice_a_bent_percentile_and_a_lost_day():
    with at(6):
        a_shop_with_everything()
        rolled(-1, 5)
        worked_off()
        DirtyDay.objects.all().delete()
        assert figures_said_wrong() == []

        days = DailyFigure.objects.filter(day=moment(0).date())
        days.filter(metric="orders", part="kept").update(part="moved")
        assert figures_said_wrong() == ["orders kept", "orders moved"]
        rolled(0, 0)

        DailyFigure.objects.filter(metric="order_cycle_time").update(values=[1.0])
        assert figures_said_wrong() == ["order_cycle_time straight"]
        rolled(-1, 5)

        DailyFigure.objects.filter(metric="aov", day=moment(1).date()).delete()
        RolledDay.objects.filter(metric="aov", day=moment(1).date()).delete()
        assert figures_said_wrong() == ["aov"]


@pytest.mark.django_db
def test_the_books_wait_for_the_clock_and_find_what_it_forgot():
    with at(3):
        order = sold(0, MUG=1)
        Order.objects.filter(pk=order.pk).update(ship_by=moment(3.1))
        rolled(-1, 3)
        worked_off()
        DirtyDay.objects.all().delete()
    with at(3.2):  # it has become due; nobody has looked since
        assert figures_said_wrong() == []
        mark_days(moment(3).date(), moment(3).date())
        roll_up()  # today is looked at, the day on which it was placed is not
    with at(3.3):
        assert figures_said_wrong() == ["unit_fill_rate"]
        turn_clock()
        roll_up()
        assert figures_said_wrong() == []


@pytest.mark.django_db
def test_people_see_the_figures_of_their_channels_only():
    with at(3):
        sold(0, MUG=1)
        sold(0, channel("other"), MUG=2)
        rolled(-1, 2)
        bound = someone(Role.VIEWER, all_channels=False, all_warehouses=True)
        ChannelAccess.objects.create(user=bound, channel=Channel.objects.get(code="other"))

        with acting(person(bound)) as actor:
            assert figure("gross_sales", actor=actor).value == 20
            where = Where(first=moment(0).date(), last=moment(0).date())
            assert len(rows_behind(METRICS["gross_sales"], where, actor, limit=9)) == 1


@pytest.mark.django_db
def test_400_days_are_rolled_up_without_a_query_per_day():
    with at(400):
        sold(0, MUG=1)
        before = len(connection.queries_log)
        connection.force_debug_cursor = True
        try:
            rolled(0, 400)
        finally:
            connection.force_debug_cursor = False
        assert len(connection.queries_log) - before < 8 * len(METRICS) + 20
