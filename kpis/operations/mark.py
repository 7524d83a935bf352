"""Mark days whose figures no longer hold. Each mark is one statement: the relay waits for it."""

from collections.abc import Sequence
from datetime import timedelta

from django.conf import settings

from core import clock
from core.operations import operation
from core.statements import run_sql
from kpis.metrics.base import Source
from kpis.models import DaysClosed, DirtyDay


@operation(permission="kpis.roll_up")
def mark_order(order_id: int) -> None:
    """The days on which the order was placed, due, shipped and cancelled."""
    run_sql("kpis/mark_order", order_id=order_id, zone=settings.TIME_ZONE, now=clock.now())


@operation(permission="kpis.roll_up")
def mark_arrival(order_id: int) -> None:
    """The days of a new order; when it came in too late, also those on which it was late already.

    A channel that was cut off for days sends what was placed, and due, before.
    """
    mark_order(order_id)
    run_sql("kpis/mark_late", order_id=order_id, zone=settings.TIME_ZONE, today=clock.today())


@operation(permission="kpis.roll_up")
def mark_return(order_id: int) -> None:
    """The day of the order whose goods or money came back, and today."""
    run_sql("kpis/mark_return", order_id=order_id, zone=settings.TIME_ZONE, today=clock.today())


@operation(permission="kpis.roll_up")
def mark_risk(order_id: int) -> None:
    """The day on which the order was first scored."""
    run_sql("kpis/mark_risk", order_id=order_id, zone=settings.TIME_ZONE)


@operation(permission="kpis.roll_up")
def mark_count(count_id: int) -> None:
    """The day on which stock that was counted was set right."""
    run_sql("kpis/mark_count", count_id=count_id, zone=settings.TIME_ZONE)


@operation(permission="kpis.roll_up")
def mark_imported(days: Sequence[str]) -> None:
    """The days of orders that came in at once, and for the stock ledger all days between."""
    run_sql("kpis/mark_imported", days=list(days))


@operation(permission="kpis.roll_up")
def mark_imported_returns(channel_id: int, days: Sequence[str]) -> None:
    """The days of credits that came in at once, and the days of the orders they belong to."""
    run_sql(
        "kpis/mark_imported_returns", channel_id=channel_id, days=list(days),
        zone=settings.TIME_ZONE,
    )  # fmt: skip


@operation(permission="kpis.roll_up")
def turn_clock() -> None:
    """Mark what changes by the mere passing of time: today, and the days closed since.

    When a day has turned, both are marked for every source: a day on which nothing happens is
    then known to be 0. Orders that have become due meanwhile also mark the day on which they
    were placed.
    """
    today = clock.today()
    closed, _ = DaysClosed.objects.get_or_create(
        pk=1, defaults={"through": today - timedelta(days=2)}
    )
    fresh = closed.through + timedelta(days=1)
    days = [fresh + timedelta(days=n) for n in range((today - fresh).days + 1)]
    sources = list(Source) if fresh < today else [Source.CLOCK]
    DirtyDay.objects.bulk_create(
        DirtyDay(source=source, day=day) for source in sources for day in days
    )
    run_sql(
        "kpis/mark_due", since=clock.start_of(fresh), now=clock.now(), zone=settings.TIME_ZONE
    )  # fmt: skip
    DaysClosed.objects.filter(pk=1).update(through=today - timedelta(days=1))
