"""Figures prove themselves: what is stored is what the facts say."""

from collections.abc import Iterator

from core import clock
from core.books import Mismatch
from core.models import EventRecord
from kpis.facts import execute, params_of, text_of
from kpis.metrics import METRICS, Metric
from kpis.models import DirtyDay, RolledDay

SAMPLE = 5  # days per metric
DRIFTS = {"stockout_rate"}  # which SKUs are active is known for the present only


def figures_hold() -> Iterator[Mismatch]:
    """Compute some closed days of every metric again: oldest, newest and some between."""
    if EventRecord.objects.filter(number=None).exists():
        return  # the relay has not told us of everything yet
    for metric in METRICS.values():
        if metric.key not in DRIFTS:
            yield from _compare(metric)


def _compare(metric: Metric) -> Iterator[Mismatch]:
    dirty = DirtyDay.objects.filter(source__in=metric.sources).values("day")
    rolled = RolledDay.objects.filter(metric=metric.key, day__lt=clock.today())
    days = list(rolled.exclude(day__in=dirty).order_by("day").values_list("day", flat=True))
    if not days:
        return
    step = max(1, len(days) // SAMPLE)
    sample = sorted({days[0], days[-1], *days[::step][:SAMPLE]})
    sql = f"""
        WITH said AS (
            SELECT day, sum(num) AS num, sum(den) AS den, sum(facts) AS facts
              FROM kpis_dailyfigure
             WHERE metric = %(metric)s AND day = ANY(%(days)s) GROUP BY day
        ), told AS (
            SELECT day, sum(num)::numeric(24, 6) AS num, sum(den)::numeric(24, 6) AS den,
                   count(*) AS facts
              FROM ({text_of(metric)}) AS fact WHERE day = ANY(%(days)s) GROUP BY day
        )
        SELECT day, said.num AS said, told.num AS found FROM said FULL JOIN told USING (day)
         WHERE said.facts IS DISTINCT FROM told.facts
            -- each part is kept to a millionth, so their sum may be off by a few of those
            OR abs(said.num - told.num) > 0.001 OR abs(said.den - told.den) > 0.001
    """  # noqa: S608 - no input in the text
    for row in execute(sql, {**params_of(sample), "metric": metric.key}):
        yield Mismatch(
            f"{metric.name} on {row['day']}",
            f"{row['said']} is stored, {row['found']} follows from the rows",
            {"metric": metric.key, "day": str(row["day"])},
        )
