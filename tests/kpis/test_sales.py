"""Sales figures, each with what is easily got wrong."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from core.money import Money
from kpis.models import DailyFigure
from orders.intake import ChargeIn
from orders.operations.cancel import cancel_order
from orders.operations.cancel_short import cancel_short
from tests.builders.inventory import channel, stock
from tests.builders.kpis import at, behind, figure, moment, parts, rolled, sold
from tests.builders.orders import order_in, placed_order

pytestmark = pytest.mark.django_db


def test_a_cancelled_order_keeps_its_gross_sale_on_its_day_and_is_shown_apart():
    with at(8):
        sold(0, MUG=2)
        other = sold(0, CUP=1)
        with at(3):
            cancel_order(other.pk, reason="customer")
        rolled()

        assert figure("gross_sales", 0).value == Decimal("30.00")
        assert figure("gross_sales", 3).value == 0  # gross sales know no reversal
        assert {key: one.value for key, one in parts("gross_sales", 0).items()} == {
            "kept": Decimal("20.00"),
            "cancelled": Decimal("10.00"),
        }


def test_net_sales_book_a_cancellation_when_it_happens_and_by_cohort_on_the_order_s_day():
    with at(8):
        sold(0, MUG=2)
        other = sold(0, CUP=1)
        with at(3):
            cancel_order(other.pk, reason="customer")
        rolled()

        assert [figure("net_sales", day).value for day in (0, 3)] == [30, -10]
        assert [figure("net_sales_cohort", day).value for day in (0, 3)] == [20, 0]
        assert figure("net_sales", 0, 3).value == figure("net_sales_cohort", 0, 3).value == 20


def test_units_that_are_given_up_lower_net_sales_when_they_are_and_once():
    with at(8):
        stock("MUG", on_hand=1)
        given = replace(order_in("10.00", MUG=3), placed_at=moment(0))
        order = placed_order(channel("bazaar", marketplace=True), given=given, stocked=False)
        with at(2):
            cancel_short(order.pk, reason="sold out")
        rolled()

        assert [figure("net_sales", day).value for day in (0, 2)] == [30, -20]
        assert [figure("net_sales_cohort", day).value for day in (0, 2)] == [10, 0]
        assert figure("gross_sales", 0).value == 30
        assert behind("net_sales", 2)["num"] == -2000

        with at(4):
            cancel_order(order.pk, reason="then not at all")
        rolled()
        assert [figure("net_sales", day).value for day in (0, 2, 4)] == [30, -20, -10]
        assert figure("net_sales_cohort", 0).value == 0


def test_discounts_lower_net_sales_and_order_value_not_gross_sales():
    with at(8):
        cut = ChargeIn(kind="discount", amount=Money.of("5.00", "GBP"))
        given = replace(order_in("10.00", MUG=3), charges=[cut], placed_at=moment(0))
        placed_order("web", given=given)
        rolled()

        assert figure("gross_sales").value == 30
        assert figure("net_sales").value == 25
        assert figure("aov").value == 25


def test_an_order_of_many_lines_is_one_order_and_a_test_order_none():
    with at(8):
        sold(0, MUG=2, CUP=1, PEN=4)
        placed_order("web", given=replace(order_in(), placed_at=moment(0), test=True))
        rolled()

        assert figure("orders").value == 1
        assert figure("gross_sales").value == 70
        assert figure("aov").value == 70


def test_average_order_value_is_a_ratio_of_sums_not_a_mean_of_days():
    with at(8):
        sold(0, MUG=10)  # one order of 100.00
        for _ in range(3):
            sold(1, MUG=1)  # three of 10.00
        rolled()

        assert [figure("aov", day).value for day in (0, 1)] == [100, 10]
        assert figure("aov", 0, 1).value == Decimal("32.5")  # not (100 + 10) / 2


def test_days_are_those_of_the_shop_s_clock():
    summer = datetime(2026, 7, 1, 23, 30, tzinfo=UTC)  # 00:30 on 2 July in London
    with at(125):
        placed_order("web", given=replace(order_in(), placed_at=summer))
        rolled(119, 124)

        days = DailyFigure.objects.filter(metric="orders", num__gt=0)
        assert [str(row.day) for row in days] == ["2026-07-02"]


def test_only_the_company_s_currency_is_added_up(settings):
    settings.CURRENCY_RATES = {"JPY": Decimal("0.005")}  # 2000 JPY are 10.00 GBP
    tokyo = channel("tokyo", currency="JPY")
    with at(8):
        sold(0, MUG=1)
        given = order_in("10.00", paid=False)
        line = replace(given.lines[0], unit_price=Decimal(2000))
        placed_order(tokyo, given=replace(given, lines=[line], placed_at=moment(0)))
        rolled()

        assert figure("gross_sales").value == 20


def test_what_was_never_rolled_up_is_not_known_and_a_quiet_day_is_nothing():
    with at(8):
        assert figure("gross_sales").value is None
        rolled()
        assert figure("gross_sales").value == 0
        assert figure("aov").value is None
        assert figure("aov").shown == "n/a"
