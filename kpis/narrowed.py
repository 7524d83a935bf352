"""Which rows of a metric a page or a call asks for: some days, perhaps of one place or part."""

from collections.abc import Mapping
from typing import Any

from core.actor import current_actor
from inventory.models import Channel, Warehouse
from kpis.errors import BadPeriod
from kpis.facts import NONE, Where
from kpis.figures import snapshot_day
from kpis.metrics import Metric
from kpis.metrics.base import How
from kpis.period import Period, period_of

SPLIT_DAYS = 100  # the facts of so many days are cut while somebody waits
NO_CODE = "~none"  # what a breakdown's row of no channel, or no warehouse, is asked for by


def split_of(metric: Metric, name: str, period: Period, *, field: str) -> str:
    """The name, when the metric has that split and the period is not too long for it."""
    if name not in metric.splits:
        known = ", ".join(sorted(metric.splits)) or "nothing"
        raise BadPeriod(field=field, fix=f"{metric.name} can be split by: {known}.")
    if period.length > SPLIT_DAYS:
        raise BadPeriod(field=field, fix=f"At most {SPLIT_DAYS} days can be split.")
    return name


def where_of(asked: Mapping[str, str], metric: Metric) -> Where:
    """Read from, to, days, channel, warehouse (codes), part, split and slice. Raises BadPeriod.

    A snapshot is of its last day alone: days are never added up.
    """
    period = period_of(asked)
    if metric.how == How.SNAPSHOT:
        day = snapshot_day(metric, period.where()) or period.last
        period = Period(day, day)
    narrowed: dict[str, Any] = {}
    for name, model in (("channel", Channel), ("warehouse", Warehouse)):
        if (code := asked.get(name, "")) == NO_CODE:
            narrowed[f"{name}_id"] = NONE
        elif code:
            found = model.objects.visible_to(current_actor()).filter(code=code[:64]).first()
            if found is None:
                raise BadPeriod(field=name, fix=f"There is no such {name}.")
            narrowed[f"{name}_id"] = found.pk
    if (part := asked.get("part")) is not None:
        narrowed["part"] = part[:40]
    if split := asked.get("split", ""):
        narrowed["split"] = split_of(metric, split, period, field="split")
        narrowed["slice"] = asked.get("slice", "")[:100]
    return period.where(**narrowed)
