"""Read the roll-ups: figures of a period, by day, by channel, by warehouse, by part."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import Max, QuerySet, Sum

from core import clock
from core.actor import Actor
from core.money import Money
from kpis.facts import NONE, Where, execute, slices_of
from kpis.metrics import METRICS, Metric
from kpis.metrics.base import How, Unit
from kpis.models import DailyFigure, DirtyDay, RolledDay

KEPT_RAW = (How.PERCENTILE, How.SNAPSHOT)


@dataclass(frozen=True, kw_only=True)
class Figure:
    """The value of a metric for some days; None is n/a, which is not 0.

    `value` is in the metric's unit: percent, hours, a count, or the major unit of the
    company's currency.
    """

    metric: Metric
    value: Decimal | None = None
    second: Decimal | None = None
    num: Decimal = Decimal(0)
    den: Decimal = Decimal(0)
    facts: int = 0
    provisional: bool = False

    @property
    def shown(self) -> str:
        return shown(self.value, self.metric.unit)

    @property
    def second_shown(self) -> str:
        unit = self.metric.second_unit
        return shown(self.second, unit) if unit else ""


def shown(value: Decimal | float | None, unit: Unit) -> str:
    """As a person reads it: "£1,234.50", "97.3%", "12.4 h", "1,204"; n/a for what is not known."""
    if value is None:
        return "n/a"
    if unit == Unit.MONEY:
        return Money.rounded(Decimal(str(value)), settings.COMPANY_CURRENCY).shown()
    if unit == Unit.PERCENT:
        return f"{value:,.1f}%"
    return f"{value:,.1f} h" if unit == Unit.HOURS else f"{value:,.0f}"


def rows_of(keys: Iterable[str], where: Where, actor: Actor) -> QuerySet[DailyFigure]:
    """The roll-up rows of metrics within the actor's reach."""
    rows = DailyFigure.objects.visible_to(actor).filter(metric__in=list(keys))
    rows = rows.between(where.first, where.last)
    for column in ("channel_id", "warehouse_id", "part"):
        wanted = getattr(where, column)
        if wanted == NONE and column != "part":
            rows = rows.filter(**{column: None})
        elif wanted is not None:
            rows = rows.filter(**{column: wanted})
    return rows


def by_day(keys: Iterable[str], where: Where, actor: Actor) -> dict[str, dict[date, Figure]]:
    """Each metric's figure of each rolled-up day, in two statements for all of them."""
    keys = list(keys)
    rolled = RolledDay.objects.filter(metric__in=keys, day__range=(where.first, where.last))
    found: dict[str, dict[date, Figure]] = {key: {} for key in keys}
    sums = {(row["metric"], row["day"]): row for row in _sums(keys, where, actor, "day")}
    quantiles = _quantiles(keys, where, actor, "day")
    for key, day in rolled.order_by("day").values_list("metric", "day"):
        row = sums.get((key, day), EMPTY)
        found[key][day] = _figure(METRICS[key], row, quantiles.get((key, day)), day)
    return found


def of_period(metric: Metric, days: dict[date, Figure], raw: tuple | None = None) -> Figure:
    """The figure of a period from its days; `raw` are the percentiles over its raw values."""
    if not days:
        return Figure(metric=metric)
    if metric.how == How.SNAPSHOT:
        return days[max(days)]
    row = {
        "num": sum((day.num for day in days.values()), Decimal(0)),
        "den": sum((day.den for day in days.values()), Decimal(0)),
        "facts": sum(day.facts for day in days.values()),
    }
    return _figure(metric, row, raw, max(days))


def periods(keys: Iterable[str], where: Where, actor: Actor) -> dict[str, tuple]:
    """Percentiles over the raw values of the whole period, by metric."""
    raw = _quantiles(list(keys), where, actor, None)
    return {key: value for (key, _), value in raw.items()}


def broken_down(metric: Metric, where: Where, actor: Actor, by: str) -> dict[Any, Figure]:
    """The period's figure per channel_id, warehouse_id or part."""
    if metric.how == How.SNAPSHOT:
        day = snapshot_day(metric, where)
        if day is None:
            return {}
        where = Where(**{**vars(where), "first": day, "last": day})
    quantiles = _quantiles([metric.key], where, actor, by)
    return {
        row[by]: _figure(metric, row, quantiles.get((metric.key, row[by])), where.last)
        for row in _sums([metric.key], where, actor, by)
    }


def split_down(metric: Metric, where: Where, actor: Actor) -> dict[str, Figure]:
    """The period's figure per slice of the split that `where` names, from the facts themselves."""
    return {
        row["slice"]: _figure(metric, row, row["quantiles"], where.last)
        for row in slices_of(metric, where, actor)
    }


def snapshot_day(metric: Metric, where: Where) -> date | None:
    """The day whose snapshot a period shows: the last one that was rolled up."""
    rolled = RolledDay.objects.filter(metric=metric.key, day__range=(where.first, where.last))
    return rolled.aggregate(day=Max("day"))["day"]


def freshness(metric: Metric, where: Where) -> tuple[datetime | None, int]:
    """When the period was last rolled up, and how many of its days wait to be again."""
    rolled = RolledDay.objects.filter(metric=metric.key, day__range=(where.first, where.last))
    dirty = DirtyDay.objects.filter(
        source__in=metric.sources, day__range=(where.first, min(where.last, clock.today()))
    )
    return (
        rolled.aggregate(at=Max("rolled_at"))["at"],
        dirty.values("day").distinct().count(),
    )


EMPTY: dict[str, Any] = {"num": Decimal(0), "den": Decimal(0), "facts": 0}


def _sums(keys: list[str], where: Where, actor: Actor, by: str) -> Iterable[dict[str, Any]]:
    rows = rows_of(keys, where, actor).order_by()
    return rows.values("metric", by).annotate(num=Sum("num"), den=Sum("den"), facts=Sum("facts"))


def _quantiles(
    keys: list[str], where: Where, actor: Actor, by: str | None
) -> dict[tuple[str, Any], tuple[float, float]]:
    """Median and 90th percentile over raw values: never over percentiles."""
    keys = [key for key in keys if METRICS[key].how in KEPT_RAW]
    if not keys:
        return {}
    sql, params = rows_of(keys, where, actor).order_by().query.sql_with_params()
    column = f"figure.{by}" if by else "NULL"
    group = f", figure.{by}" if by else ""
    rows = execute(
        f"SELECT figure.metric, {column} AS slice,"  # noqa: S608 - names are ours
        " percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY value) AS quantiles"
        f" FROM ({sql}) AS figure, unnest(figure.values) AS value"
        f" GROUP BY figure.metric{group}",
        params,
    )
    return {(row["metric"], row["slice"]): tuple(row["quantiles"]) for row in rows}


def _figure(metric: Metric, row: dict[str, Any], raw: tuple | None, last: date) -> Figure:
    num, den = row["num"], row["den"]
    value, second = value_of(metric, num, den), None
    if metric.how == How.PERCENTILE:
        value = _decimal(raw[0]) if raw else None
    if metric.second and raw:
        second = _decimal(raw[1])
    young = metric.mature_days and last > clock.today() - timedelta(days=metric.mature_days)
    return Figure(
        metric=metric, value=value, second=second, num=num, den=den, facts=row["facts"],
        provisional=bool(young),
    )  # fmt: skip


def figure_of(metric: Metric, total: dict[str, Any]) -> Figure:
    """The figure that rows make by themselves; `total` is what kpis.facts.total_behind says."""
    return _figure(metric, total, total["quantiles"], date.max)


def of_part(figure: Figure, den: Decimal) -> Figure:
    """The figure of one part, `den` being that of the whole.

    A part of a ratio that has no base of its own is a share of the whole's, so that parts add up.
    """
    if figure.metric.how != How.RATIO or figure.den or not den:
        return figure
    return replace(figure, value=value_of(figure.metric, figure.num, den))


def part_shown(figure: Figure, part: str) -> str:
    """As a person reads it; of the part that is the base, what it comes to."""
    if part and part == figure.metric.base_part:
        amount = _major(figure.den) if figure.metric.of_amounts else figure.den
        return shown(amount, Unit.MONEY if figure.metric.of_amounts else Unit.COUNT)
    return figure.shown


def value_of(metric: Metric, num: Decimal, den: Decimal) -> Decimal | None:
    """The value that sums of num and den make; None when there is nothing to divide by."""
    if metric.how == How.RATIO:
        if not den:
            return None
        ratio = num / den
        return _major(ratio) if metric.is_money else ratio * 100
    return _major(num) if metric.is_money else num


def _major(minor: Decimal) -> Decimal:
    unit = Money(1, settings.COMPANY_CURRENCY)
    return minor * unit.amount


def _decimal(value: float) -> Decimal:
    return Decimal(str(round(value, 6)))
