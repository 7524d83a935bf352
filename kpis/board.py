"""Tiles: each metric of a period beside the period before, its target and its trend."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.urls import reverse

from core.actor import Actor
from core.charts import Sparkline
from kpis.figures import Figure, by_day, of_period, periods, shown
from kpis.metrics import METRICS, Metric
from kpis.metrics.base import AREAS, Direction, Unit
from kpis.models import Target
from kpis.period import Period
from kpis.targets import tone_of, wanted

TODAY = (
    "net_sales", "orders", "aov", "on_time_ship_rate", "open_backlog_age", "return_rate_units",
)  # fmt: skip
MANY = 10
WORDS = {"good": "on target", "warning": "off target", "bad": "far off target"}


@dataclass(frozen=True, kw_only=True)
class Tile:
    """One metric as the board shows it."""

    metric: Metric
    figure: Figure
    before: Figure
    target: Target | None
    tone: str
    values: list[float | None]
    period: Period

    @property
    def trend(self) -> str:
        found = change(self.metric, self.figure.value, self.before.value)
        days = self.period.length
        base = f"the {days} days before" if days > 1 else "the day before"
        return f"{found} {'' if found.endswith('×') else 'on '}{base}" if found else ""

    @property
    def trend_tone(self) -> str:
        """Good or bad by the metric's direction; nothing without a change."""
        now, then = self.figure.value, self.before.value
        if now is None or then is None or round(now - then, 1) == 0:
            return ""
        return "good" if (now > then) == (self.metric.direction == Direction.UP) else "bad"

    @property
    def told(self) -> dict[str, Any]:
        """What the page kit's tile wants."""
        unit, second = [], ""
        if self.metric.second and self.figure.second is not None:  # two figures: each with its name
            unit.append(self.metric.label.lower())
            second = f"{self.metric.second} {self.figure.second_shown}"
        if self.figure.provisional:
            unit.append("provisional")
        target = ""
        if self.target:
            target = shown(wanted(self.target, self.period.length)[0], self.metric.unit)
            target = f"{target}, {WORDS[self.tone]}" if self.tone in WORDS else target
        url = f"{reverse('kpis:metric', args=[self.metric.key])}?{self.period.query}"
        return {
            "label": self.metric.name,
            "value": self.figure.shown,
            "url": url,
            "unit": ", ".join(unit),
            "second": second,
            "target": target,
            "trend": self.trend,
            "tone": self.trend_tone,
            "spark": Sparkline(
                title=f"{self.metric.name} by day", values=self.values, url=url,
                labels=[str(day) for day in self.period.days],
            ),
            "definition": f"{self.metric.formula} {self.metric.note}",
        }  # fmt: skip


def change(metric: Metric, now: Decimal | None, then: Decimal | None) -> str:
    """As "+3.1%", or "+0.4 points" of percentages; empty when one of them is not known.

    What has grown to more than ten times says how many: "36 ×".
    """
    if now is None or then is None:
        return ""
    if metric.unit == Unit.PERCENT:
        return f"{now - then:+.1f} points"
    if then and now / then > MANY:
        return f"{now / then:,.0f} ×"
    return f"{(now - then) / then * 100:+.1f}%" if then else ""


def tiles(keys: Iterable[str], period: Period, actor: Actor) -> list[Tile]:
    """The tiles of these metrics, in six statements however many there are."""
    keys = list(keys)
    whole = Period(period.before.first, period.last)
    days = by_day(keys, whole.where(), actor)
    raw, raw_before = (
        periods(keys, period.where(), actor),
        periods(keys, period.before.where(), actor),
    )
    targets = {target.metric: target for target in Target.objects.filter(metric__in=keys)}
    found = []
    for key in keys:
        metric = METRICS[key]
        now = {day: one for day, one in days[key].items() if day >= period.first}
        then = {day: one for day, one in days[key].items() if day < period.first}
        figure = of_period(metric, now, raw.get(key))
        found.append(
            Tile(
                metric=metric,
                figure=figure,
                before=of_period(metric, then, raw_before.get(key)),
                target=targets.get(key),
                tone=tone_of(figure, targets.get(key), period.length),
                values=[_number(now.get(day)) for day in period.days],
                period=period,
            )
        )
    return found


def by_area(found: list[Tile]) -> list[tuple[str, list[Tile]]]:
    """Tiles under their area's heading, in the order of AREAS."""
    return [
        (area, [tile for tile in found if tile.metric.area == area])
        for area in AREAS
        if any(tile.metric.area == area for tile in found)
    ]


def _number(figure: Figure | None) -> float | None:
    return None if figure is None or figure.value is None else float(figure.value)
