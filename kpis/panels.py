"""Where KPIs plug into other pages: Today, and the search."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.urls import reverse

from core import clock
from core.actor import Actor, current_actor
from core.pages import Hit
from inventory.models import Sku
from kpis.board import TODAY, tiles
from kpis.metrics import METRICS
from kpis.outlook import outlooks
from kpis.period import Period

DAYS = 28


def today_of(_: Any) -> dict[str, Any]:
    """Six figures of the last 28 days."""
    last = clock.today()
    period = Period(last - timedelta(days=DAYS - 1), last)
    return {"tiles": [tile.told for tile in tiles(TODAY, period, current_actor())], "days": DAYS}


def find(words: str, actor: Actor) -> Iterable[Hit]:
    """Metrics by their names."""
    wanted = words.casefold().split()
    found = [
        metric
        for metric in METRICS.values()
        if wanted and all(word in f"{metric.name} {metric.key}".casefold() for word in wanted)
    ]
    for metric in found[:5]:
        url = reverse("kpis:metric", args=[metric.key])
        yield Hit(label=metric.name, url=url, kind="KPI", note=metric.area)


def forecast_of(sku: Sku) -> dict[str, Any]:
    """Charts of a SKU's past and expected weeks, per warehouse."""
    return {"outlooks": outlooks(sku.pk, current_actor())}
