"""Cohorts of returns and refunds; reviews."""

from decimal import Decimal

import pytest

from core.money import Money
from fraud.operations.assess import assess_order
from orders.models import Order
from returns.models import ReturnPolicy
from returns.operations.refund import refund_order, refund_return
from tests.builders.fraud import doubtful, guarded, plain
from tests.builders.kpis import at, figure, moment, parts, rolled, worked_off
from tests.builders.orders import placed_order
from tests.builders.returns import inspected, shipped_order

pytestmark = pytest.mark.django_db


def sold_and_sent(days: float, *lines: tuple[str, int, str]) -> Order:
    with at(days):
        return shipped_order(*lines, days_ago=0)


def given_back(order: Order, *units: int, days: float) -> None:
    with at(days):
        rma = inspected(order, *units)
        refund_return(rma.pk)
        worked_off("returns.send_refund")


def test_returns_belong_to_the_day_of_the_sale_and_stop_after_90_days():
    ReturnPolicy.objects.update(window_days=365)
    with at(120):
        first = sold_and_sent(0, ("MUG", 4, "40.00"))
        sold_and_sent(5, ("MUG", 4, "40.00"))
        given_back(first, 1, days=5)
        late = sold_and_sent(0, ("CUP", 2, "20.00"))
        given_back(late, 2, days=100)
        rolled(-1, 105)

        # by month of the return it would be 1 of 4 on day 5
        assert figure("return_rate_units", 0).value == Decimal(100) / 6
        assert figure("return_rate_units", 5).value == 0
        assert not figure("return_rate_units", 0).provisional
        assert figure("return_rate_units", 100).value is None


def test_young_cohorts_are_provisional():
    with at(20):
        sold_and_sent(0, ("MUG", 1, "10.00"))
        rolled(-1, 1)
        assert figure("return_rate_units", 0).provisional


def test_a_refund_lowers_net_sales_on_its_own_day_and_by_cohort_on_the_order_s():
    with at(20):
        order = sold_and_sent(0, ("MUG", 4, "40.00"))
        given_back(order, 1, days=6)
        rolled(-1, 8)

        assert [figure("net_sales", day).value for day in (0, 6)] == [40, -10]
        assert [figure("net_sales_cohort", day).value for day in (0, 6)] == [30, 0]
        assert parts("net_sales", 6)["returns"].value == -10


def test_refund_value_is_of_the_same_cohort_and_goodwill_is_split():
    with at(20):
        order = sold_and_sent(0, ("MUG", 4, "40.00"))
        given_back(order, 1, days=6)
        other = sold_and_sent(0, ("CUP", 1, "20.00"))
        with at(7):
            refund_order(other.pk, amount=Money.of("3.00", "GBP"), reason="late")
            worked_off("returns.send_refund")
        rolled(-1, 8)

        assert figure("refund_value_rate", 0).shown == "26.0%"  # 13.00 of 60.00 - 10.00
        split = parts("refund_value_rate", 0)
        assert {key: int(one.num) for key, one in split.items() if key != "net_sales"} == {
            "return": 1000,
            "goodwill": 300,
        }
        assert figure("refund_value_rate", 6).value is None


def test_an_order_scored_again_counts_once_on_the_day_it_was_first_scored():
    with at(8):
        with at(0):
            reviewed = placed_order(guarded(), given=doubtful(placed_at=moment(0)))
            assess_order(reviewed.pk)
            for _ in range(3):
                assess_order(placed_order(guarded(), given=plain(placed_at=moment(0))).pk)
        with at(2):
            assess_order(reviewed.pk)
            assess_order(reviewed.pk)
        rolled()

        assert figure("manual_review_rate", 0).value == 25
        assert figure("manual_review_rate", 2).value is None
        assert list(parts("manual_review_rate", 0)) == ["rules v1"]
