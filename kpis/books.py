"""Figures prove themselves: what is stored is what the facts say."""

from collections.abc import Iterator
from datetime import date, timedelta

from django.conf import settings
from django.db.models import Max, Min

from core import clock
from core.books import Mismatch
from core.models import EventRecord
from core.statements import run_sql
from kpis.facts import execute, params_of, text_of
from kpis.figures import KEPT_RAW
from kpis.metrics import METRICS, Metric
from kpis.metrics.base import Source
from kpis.models import DirtyDay, RolledDay

MOST = 100  # contradictions told per metric
DRIFTS = {"stockout_rate"}  # which SKUs are active is known for the present only


def figures_hold() -> Iterator[Mismatch]:
    """Compute every closed day of every metric again, channel by channel, warehouse and part."""
    if EventRecord.objects.filter(number=None).exists():
        return  # the relay has not told us of everything yet
    for metric in METRICS.values():
        if metric.key not in DRIFTS:
            yield from _compare(metric)


def _compare(metric: Metric) -> Iterator[Mismatch]:
    """Also days between that nobody has rolled up: a mark that was lost shows as rows without."""
    rolled = RolledDay.objects.filter(metric=metric.key, day__lt=clock.today())
    ends = rolled.aggregate(first=Min("day"), last=Max("day"))
    if ends["first"] is None:
        return
    span = (ends["last"] - ends["first"]).days + 1
    days = {ends["first"] + timedelta(days=n) for n in range(span)} - _to_come(metric)
    if not days:
        return
    keep = "array_agg(value ORDER BY value)" if metric.how in KEPT_RAW else "NULL::float[]"
    sql = f"""
        WITH said AS (
            SELECT * FROM kpis_dailyfigure WHERE metric = %(metric)s AND day = ANY(%(days)s)
        ), told AS (
            SELECT day, channel_id, warehouse_id, part, sum(num)::numeric(24, 6) AS num,
                   sum(den)::numeric(24, 6) AS den, count(*) AS facts, {keep} AS values
              FROM ({text_of(metric)}) AS fact
             WHERE day = ANY(%(days)s) GROUP BY day, channel_id, warehouse_id, part
        )
        SELECT coalesce(said.day, told.day) AS day, coalesce(said.part, told.part) AS part,
               said.num AS said, told.num AS found
          FROM said FULL JOIN told
            ON said.day = told.day AND said.part = told.part
               AND coalesce(said.channel_id, 0) = coalesce(told.channel_id, 0)
               AND coalesce(said.warehouse_id, 0) = coalesce(told.warehouse_id, 0)
         WHERE (said.num, said.den, said.facts, said.values)
               IS DISTINCT FROM (told.num, told.den, told.facts, told.values)
      ORDER BY 1, 2
         LIMIT {MOST}
    """  # noqa: S608 - no input in the text
    for row in execute(sql, {**params_of(days), "metric": metric.key}):
        yield Mismatch(
            f"{metric.name} on {row['day']}" + (f", {row['part']}" if row["part"] else ""),
            f"{row['said']} is stored, {row['found']} follows from the rows",
            {"metric": metric.key, "day": str(row["day"]), "part": row["part"]},
        )


def _to_come(metric: Metric) -> set[date]:
    """Days that will be computed again: marked ones, and those that the clock is about to mark."""
    dirty = set(DirtyDay.objects.filter(source__in=metric.sources).values_list("day", flat=True))
    if Source.CLOCK not in metric.sources:
        return dirty
    rows = run_sql(
        "kpis/unsettled_days", metric=metric.key, zone=settings.TIME_ZONE, now=clock.now()
    )
    return dirty | {row["day"] for row in rows}
