"""One SKU's past and expected weeks, as the chart on its page shows them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from core.actor import Actor
from core.charts import Line, Series
from kpis.demand import demand_before
from kpis.models import DemandForecast

PAST, MOST_PLACES = 26, 4  # weeks, warehouses


@dataclass(frozen=True)
class Outlook:
    """The newest forecast of a SKU in one warehouse, with its chart."""

    row: DemandForecast
    chart: Line
    out_weeks: int  # of those shown: weeks with a day out of stock


def outlooks(sku_id: int, actor: Actor) -> list[Outlook]:
    """What the newest run says of the SKU, per warehouse within reach; [] before the first run."""
    newest = DemandForecast.objects.visible_to(actor).filter(sku=sku_id).order_by("-run_id")
    found = list(
        newest.for_list().filter(run_id=newest.values("run_id")[:1]).order_by("warehouse__code")
    )
    if not found:
        return []
    origin = found[0].run.origin
    demand = demand_before(origin, sku_id=sku_id)
    place = {pair: at for at, pair in enumerate(demand.pairs)} if demand else {}
    made = []
    for row in found[:MOST_PLACES]:
        at = place.get((sku_id, row.warehouse_id))
        sold, out = [], 0
        if demand is not None and at is not None:
            sold = demand.history.units[at, -PAST:].tolist()
            out = int(demand.history.censored[at, -PAST:].sum())
        made.append(Outlook(row, _chart(row, sold, origin), out))
    return made


def weekly_of(horizons: Sequence[int], points: Sequence[float]) -> list[float]:
    """Totals of the first weeks together become one value per week."""
    found: list[float] = []
    before, told = 0, 0.0
    for horizon, point in zip(horizons, points, strict=True):
        found += [(point - told) / (horizon - before)] * (horizon - before)
        before, told = horizon, point
    return found


def _chart(row: DemandForecast, sold: list[float], origin: date) -> Line:
    run = row.run
    expected = weekly_of(run.horizons, row.points)
    low, high = (row.quantiles[0][run.levels.index(level)] for level in (0.1, 0.9))
    week = run.horizons[0]
    scale = [value / expected[0] if expected[0] else 1.0 for value in expected]
    past, ahead = len(sold), len(expected)
    weeks = [origin + timedelta(weeks=k) for k in range(-past, ahead)]
    gap: list[float | None] = [None]
    return Line(
        title=f"Units a week in {row.warehouse.code}",
        unit="units",
        labels=[f"{day:%b} {day.day}" for day in weeks],
        series=[
            Series("Ordered", [*sold, *(gap * ahead)]),
            Series("Expected", [*(gap * past), *expected]),
        ],
        ribbon=(
            [*(gap * past), *(low / week * part for part in scale)],
            [*(gap * past), *(high / week * part for part in scale)],
        ),
        ribbon_name="8 weeks out of 10",
        said=lambda value: f"{value:,.0f}" if value >= 10 else f"{value:,.1f}",
    )
