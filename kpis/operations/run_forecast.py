"""Forecast the demand of everything that is sold, and hand it to inventory."""

import io
import time
from collections import Counter
from collections.abc import Iterable
from datetime import date

import numpy as np
from django.db import connection

from core import clock
from core.events import publish
from core.operations import operation
from inventory.models import ReplenishmentRule
from inventory.operations.replenishment.store_forecast import SkuForecast, store_forecast
from kpis.demand import Demand, demand_before
from kpis.errors import NothingSold
from kpis.events import ForecastMade
from kpis.forecasting.choose import AVERAGE
from kpis.forecasting.forecast import Forecast, forecast
from kpis.models import ForecastRun

LOCK = 7_102  # one forecast at a time
DECIMALS = 3


@operation(permission="kpis.run_forecast")
def run_forecast(*, once_a_day: bool = False) -> ForecastRun:
    """Forecast the weeks from today on, from the whole weeks before; store it as made.

    Today's run is given back instead when there is one and `once_a_day` says that it will do.
    Raises NothingSold. Publishes forecast.made, and hands all of it to inventory.
    """
    begun, origin = time.monotonic(), clock.today()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    if once_a_day and (made := ForecastRun.objects.filter(origin=origin).first()):
        return made
    demand = demand_before(origin)
    if demand is None:
        raise NothingSold(origin=str(origin))
    told = forecast(demand.history, pinned=_pinned(demand))
    run = _stored(demand, told, origin)
    _hand_over(run, demand, told)
    run.seconds = round(time.monotonic() - begun, 2)
    run.save(update_fields=["seconds"])
    publish(ForecastMade(forecast_run_id=run.pk, origin=str(origin), series=run.series))
    return run


def _pinned(demand: Demand) -> dict[int, str]:
    """Methods that people have chosen, by series."""
    chosen = dict(
        ReplenishmentRule.objects.exclude(method="automatic").values_list("sku_id", "method")
    )
    return {
        series: chosen[sku_id]
        for series, (sku_id, _) in enumerate(demand.pairs)
        if sku_id in chosen
    }


def _stored(demand: Demand, told: Forecast, origin: date) -> ForecastRun:
    methods = [told.method_of(series) for series in range(len(demand.pairs))]
    run = ForecastRun.objects.create(
        origin=origin, made_at=clock.now(), weeks=demand.history.weeks, series=len(methods),
        horizons=list(told.horizons), levels=list(told.levels), methods=dict(Counter(methods)),
    )  # fmt: skip
    place = told.candidates.names.index(AVERAGE)
    average = told.candidates.rates[place].round(DECIMALS).tolist()
    points, quantiles = _plain(told.points), _plain(told.quantiles)
    _copy(
        (run.pk, *pair, methods[series], average[series], points[series], quantiles[series])
        for series, pair in enumerate(demand.pairs)
    )
    return run


def _copy(rows: Iterable[tuple]) -> None:
    """Write rows by COPY: tens of thousands a second. Lists of numbers become arrays."""
    text = io.StringIO()
    for row in rows:
        words = (str(value) for value in row)
        text.write("\t".join(words).replace("[", "{").replace("]", "}") + "\n")
    text.seek(0)
    with connection.cursor() as cursor:
        cursor.cursor.copy_expert(
            "COPY kpis_demandforecast"
            " (run_id, sku_id, warehouse_id, method, average_units, points, quantiles) FROM STDIN",
            text,
        )


def _hand_over(run: ForecastRun, demand: Demand, told: Forecast) -> None:
    weekly = (told.points[:, -1] / told.horizons[-1]).round(DECIMALS).tolist()
    quantiles = _plain(told.quantiles)
    store_forecast(
        [
            SkuForecast(
                sku_id=sku_id, warehouse_id=warehouse_id, method=told.method_of(series),
                weekly_units=weekly[series], quantiles=quantiles[series],
            )
            for series, (sku_id, warehouse_id) in enumerate(demand.pairs)
        ],
        run=run.pk, made_at=run.made_at, horizons=told.horizons, levels=told.levels,
    )  # fmt: skip


def _plain(units: np.ndarray) -> list:
    return units.round(DECIMALS).tolist()
