"""Figures: what happened, rolled up as the worker does it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from core import clock
from core.actor import SYSTEM, Actor
from core.jobs import KINDS, admit_jobs, work_off
from core.relay import relay_once
from kpis.facts import Where, total_behind
from kpis.figures import Figure, broken_down, by_day, of_period, periods
from kpis.metrics import METRICS
from kpis.operations.roll_up import mark_days, roll_up
from orders.models import FulfillmentOrder, Order
from orders.operations.fulfillment.pick import finish_picking, record_pick, start_picking
from orders.operations.fulfillment.ship import finish_packing, ship_fulfillment
from orders.operations.release import release_order
from tests.builders.orders import order_in, placed_order

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)  # a Monday, before clocks change
DAY = START.date()


def moment(days: float = 0) -> datetime:
    return START + timedelta(days=days)


@contextmanager
def at(days: float) -> Iterator[datetime]:
    """Let business happen so many days after the start."""
    with clock.pinned(moment(days)) as now:
        yield now or moment(days)


def sold(days: float = 0, channel: Any = "web", *, price: str = "10.00", **units: int) -> Order:
    """An order placed so many days after the start."""
    with at(days):
        given = replace(order_in(price, **units), placed_at=moment(days))
        return placed_order(channel, given=given)


def sent(order: Order, days: float) -> Order:
    """Released, picked, packed and shipped at that moment."""
    with at(days):
        for row in release_order(order.pk) or FulfillmentOrder.objects.filter(order=order):
            start_picking(row.pk)
            for line in row.lines.all():
                record_pick(row.pk, line_id=line.pk, units=line.units)
            finish_picking(row.pk)
            finish_packing(row.pk)
            ship_fulfillment(row.pk)
    order.refresh_from_db()
    return order


def worked_off(*kinds: str) -> None:
    """The relay and a worker for these kinds of job, until nothing is left."""
    while relay_once():
        pass
    admit_jobs()
    for kind in kinds:
        while work_off(KINDS[kind]):
            pass


def rolled(first: int = -2, last: int = 10) -> None:
    """All figures of these days after the start, computed anew."""
    mark_days(moment(first).date(), moment(last).date())
    roll_up()


def figure(key: str, first: int = 0, last: int | None = None, actor: Actor = SYSTEM) -> Figure:
    """The figure of days after the start, both included, as the board shows it."""
    where = between(first, last)
    days = by_day([key], where, actor)[key]
    return of_period(METRICS[key], days, periods([key], where, actor).get(key))


def parts(key: str, first: int = 0, last: int | None = None) -> dict[str, Figure]:
    return broken_down(METRICS[key], between(first, last), SYSTEM, "part")


def between(first: int, last: int | None = None) -> Where:
    end = first if last is None else last
    return Where(first=moment(first).date(), last=moment(end).date())


def behind(key: str, first: int = 0, last: int | None = None) -> dict[str, Any]:
    """What the rows behind the figure add up to."""
    return total_behind(METRICS[key], between(first, last), SYSTEM)
