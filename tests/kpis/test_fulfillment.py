"""Fulfillment figures, each with what is easily got wrong."""

from datetime import timedelta
from decimal import Decimal

import pytest

from core import clock
from fraud.operations.assess import assess_order
from inventory.models import Listing
from inventory.operations.stock.adjust import adjust_stock
from kpis.operations.roll_up import mark_days, roll_up
from orders.models import Order, OrderException
from orders.operations.cancel import cancel_order
from orders.operations.hold import hold_order, resume_order
from tests.builders.fraud import doubtful, guarded
from tests.builders.inventory import channel, listing, sku, stock
from tests.builders.kpis import at, behind, figure, moment, parts, rolled, sent, sold
from tests.builders.orders import order_in, placed_order

pytestmark = pytest.mark.django_db


def due(order: Order, days: float) -> Order:
    Order.objects.filter(pk=order.pk).update(ship_by=moment(days))
    return Order.objects.get(pk=order.pk)


def test_on_time_is_counted_by_the_day_an_order_was_due_and_what_never_shipped_is_late():
    with at(8):
        on_time = due(sold(0, MUG=1), 2)
        sent(on_time, 1)
        late = due(sold(0, MUG=1), 2)
        sent(late, 5)
        due(sold(0, MUG=1), 2)  # never shipped
        due(sold(0, MUG=1), 9)  # not due yet
        gone = due(sold(0, MUG=1), 2)
        with at(1):
            cancel_order(gone.pk, reason="customer")
        rolled()

        assert figure("on_time_ship_rate", 2).shown == "33.3%"
        assert figure("on_time_ship_rate", 5).value is None  # nothing was due on that day
        assert {key: one.facts for key, one in parts("on_time_ship_rate", 2).items()} == {
            "on_time": 1,
            "late": 1,
            "unshipped": 1,
        }


def test_cycle_time_takes_percentiles_of_orders_never_of_days_and_splits_the_held():
    with at(8):
        for days in (0.25, 0.25, 0.25):  # three on the first day: 6 hours each
            sent(sold(0, MUG=1), days)
        sent(sold(0, MUG=1), 1)  # one on the second: 24 hours
        held = sold(0, MUG=1)
        with at(0.1):
            hold_order(held.pk, reason="question")
        with at(2):
            resume_order(held.pk)
        sent(held, 3)  # 72 hours
        rolled()

        whole = figure("order_cycle_time", 0, 3)
        assert whole.value == 6  # of 6 6 6 24 72; the median of daily medians would be 24
        assert whole.second == Decimal("52.8")
        assert parts("order_cycle_time", 0, 3)["held"].value == 72
        assert figure("order_cycle_time", 4).value is None


def test_a_reviewed_order_counts_as_held():
    with at(8):
        order = placed_order(guarded(), given=doubtful(placed_at=moment(0)))
        assess_order(order.pk)
        Order.objects.filter(pk=order.pk).update(shipped_at=moment(1))
        rolled()

        assert set(parts("order_cycle_time", 1)) == {"held"}


def test_units_that_were_short_at_first_stay_unfilled_whatever_is_sent_later():
    market = channel("market", marketplace=True)
    with at(8):
        stock("MUG", on_hand=3)
        with at(0):
            order = placed_order(market, given=order_in(MUG=4), stocked=False)
        assert OrderException.objects.get(order=order).facts["units_by_line"]
        stock("MUG", on_hand=10)
        with at(2):
            from orders.operations.fill import retry_allocation

            assert retry_allocation(order.pk) == 1
        sent(order, 3)
        sent(sold(0, CUP=4), 1)
        rolled()

        assert figure("unit_fill_rate").value == Decimal("87.5")  # 3 + 4 of 8


def test_an_order_still_inside_its_promise_is_not_judged():
    with at(0.5):
        due(sold(0, MUG=1), 2)
        rolled(-1, 0)
        assert figure("unit_fill_rate").value is None
    with at(3):
        rolled(-1, 0)
        assert figure("unit_fill_rate").value == 0


def test_the_backlog_is_a_snapshot_and_never_added_up():
    with at(4):
        due(sold(0, MUG=1), 1)
        due(sold(0, MUG=1), 2)
        sent(due(sold(0, MUG=1), 1), 3)
        rolled(-1, 4)

        by_day = [figure("open_backlog_age", day).value for day in (0, 1, 2, 3, 4)]
        assert by_day == [0, 2, 3, 2, 2]
        week = figure("open_backlog_age", 0, 4)
        assert week.value == 2  # not 9
        assert week.second == Decimal("69.6")  # of 48 and 72 hours
        assert behind("open_backlog_age", 4)["facts"] == 2


def test_stock_out_counts_active_listed_skus_at_the_close_of_each_day():
    today = clock.today()
    for code in ("MUG", "CUP", "OLD", "BOX"):
        stock(code, on_hand=2)
    for code in ("MUG", "CUP", "OLD"):
        listing(code)  # BOX is sold nowhere
    for code in ("CUP", "OLD", "BOX"):
        adjust_stock(
            sku(code).pk, stock(code, on_hand=0).warehouse_id, units=-2, reason="shrinkage"
        )
    sku("OLD").__class__.objects.filter(code="OLD").update(active=False)

    mark_days(today - timedelta(days=1), today)
    roll_up()

    first = (today - moment(0).date()).days
    assert figure("stockout_rate", first).shown == "50.0%"  # CUP of MUG and CUP
    assert figure("stockout_rate", first - 1).value is None  # they were not kept yet
    assert Listing.objects.count() == 3
