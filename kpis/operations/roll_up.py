"""Bring the roll-ups of dirty days up to date."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.db import connection

from core import clock
from core.operations import operation
from kpis.facts import execute, params_of, text_of
from kpis.metrics import METRICS, Metric
from kpis.metrics.base import How, Source
from kpis.models import DailyFigure, DirtyDay, RolledDay

LOCK = 7_101  # one roll-up at a time: two would count the same days twice


@operation(permission="kpis.roll_up")
def roll_up() -> dict[str, int]:
    """Recompute every metric for the days marked dirty; return the days done by metric.

    The marks go and the figures come in one transaction: killed anywhere, nothing has
    happened. A mark written meanwhile stays for the next round, one of a day to come until
    that day.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    marked: dict[str, set[date]] = {}
    today = clock.today()
    taken = "DELETE FROM kpis_dirtyday WHERE day <= %(today)s RETURNING source, day"
    for row in execute(taken, {"today": today}):
        marked.setdefault(row["source"], set()).add(row["day"])
    done = {}
    for metric in METRICS.values():
        days = set().union(*(marked.get(source, ()) for source in metric.sources))
        if days:
            roll_up_metric(metric, days)
            done[metric.key] = len(days)
    return done


@operation(permission="kpis.roll_up")
def mark_days(first: date, last: date) -> None:
    """Mark every day of a period dirty, for every metric: all is computed anew."""
    DirtyDay.objects.bulk_create(
        DirtyDay(source=source, day=first + timedelta(days=n))
        for source in Source
        for n in range((last - first).days + 1)
    )


def roll_up_metric(metric: Metric, days: Iterable[date]) -> None:
    """Replace the metric's figures of these days by what the facts say now, set-based."""
    wanted = sorted(set(days))
    DailyFigure.objects.filter(metric=metric.key, day__in=wanted).delete()
    keep = metric.how in (How.PERCENTILE, How.SNAPSHOT)
    values = "array_agg(value ORDER BY value)" if keep else "NULL::float[]"
    sql = (
        "INSERT INTO kpis_dailyfigure"  # noqa: S608 - no input in the text
        " (metric, day, channel_id, warehouse_id, part, num, den, facts, values)"
        " SELECT %(metric)s, day, channel_id, warehouse_id, part, sum(num), sum(den), count(*),"
        f" {values} FROM ({text_of(metric)}) AS fact"
        " WHERE day = ANY(%(days)s) GROUP BY day, channel_id, warehouse_id, part"
    )
    params = params_of(wanted)
    execute(sql, {**params, "metric": metric.key})
    RolledDay.objects.bulk_create(
        [RolledDay(metric=metric.key, day=day, rolled_at=params["now"]) for day in wanted],
        update_conflicts=True, unique_fields=["metric", "day"], update_fields=["rolled_at"],
    )  # fmt: skip
