"""Compare past forecasts with what was sold, once their four weeks are over."""

from datetime import timedelta
from typing import Any

import numpy as np

from core import clock
from core.operations import operation
from kpis.demand import demand_before
from kpis.forecasting.score import bias, coverage, wape
from kpis.models import DemandForecast, ForecastRun

SPAN = 4  # weeks
KEEP_ALL = timedelta(days=56)  # younger runs keep every row, older ones only those of a Monday


@operation(permission="kpis.run_forecast")
def judge_forecasts() -> int:
    """Fill in the error of each run whose first four weeks are over; return how many.

    Series with a day out of stock in these weeks are left out: nobody knows what they would have
    sold. What was sold without having been forecast counts as an error of its whole size.
    """
    over = clock.today() - timedelta(weeks=SPAN)
    runs = list(ForecastRun.objects.unjudged().filter(origin__lte=over).order_by("id"))
    for run in runs:
        _judge(run)
    return len(runs)


def _judge(run: ForecastRun) -> None:
    demand = demand_before(run.origin + timedelta(weeks=SPAN))
    sold: dict[tuple[int, int], float] = {}
    unknown: set[tuple[int, int]] = set()
    if demand is not None:
        totals = demand.history.units[:, -SPAN:].sum(axis=1)
        short = demand.history.censored[:, -SPAN:].any(axis=1)
        sold = dict(zip(demand.pairs, totals.tolist(), strict=True))
        unknown = {pair for pair, out in zip(demand.pairs, short, strict=True) if out}
    rows = run.rows.values_list("sku_id", "warehouse_id", "points", "quantiles", "average_units")
    known = {(sku, place): rest for sku, place, *rest in rows.iterator()}
    at = run.horizons.index(SPAN)
    pairs = sorted((known.keys() | sold.keys()) - unknown)
    empty = [0.0] * len(run.levels)
    nothing = [[0.0] * len(run.horizons), [empty] * len(run.horizons), 0.0]
    told: list[Any] = [known.get(pair, nothing) for pair in pairs]
    actual = np.array([sold.get(pair, 0.0) for pair in pairs])
    points = np.array([points[at] for points, _, _ in told])
    edges = np.array([quantiles[at] for _, quantiles, _ in told]).reshape(-1, len(run.levels))
    averages = np.array([average * SPAN for _, _, average in told])
    run.judged_at, run.sold_units = clock.now(), round(float(actual.sum()))
    run.wape, run.bias = wape(points, actual), bias(points, actual)
    run.wape_average = wape(averages, actual)
    forecast = np.array([pair in known for pair in pairs], dtype=bool)
    run.coverage_90 = coverage(edges[forecast, run.levels.index(0.9)], actual[forecast])
    run.coverage_95 = coverage(edges[forecast, run.levels.index(0.95)], actual[forecast])
    run.save()


@operation(permission="kpis.run_forecast")
def thin_forecasts() -> int:
    """Delete the rows of judged runs that are old and not of a Monday; the runs stay."""
    old = ForecastRun.objects.filter(
        judged_at__isnull=False, origin__lt=clock.today() - KEEP_ALL
    ).exclude(origin__iso_week_day=1)
    return DemandForecast.objects.filter(run__in=old)._raw_delete("default")
