"""Forecasts of demand on real order lines, beside the eight-week average and seasonal naive.

Weekly units per SKU, goods only, of SKUs sold in at least 20 weeks; the last six four-week origins,
four-week totals. Each origin is forecast by the call of the nightly job, on what was before it.
"""

import csv
import gzip
import re
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from kpis.forecasting.forecast import Forecast, forecast
from kpis.forecasting.history import Floats, History, history_of
from kpis.forecasting.methods import moving_average, seasonal
from kpis.forecasting.pooled import LEVELS
from kpis.forecasting.score import bias, coverage, stock_for_fill, wape

GOODS = re.compile(r"\d{5}")  # POST, DOT, M, BANK CHARGES are no goods
LEAST_WEEKS, ORIGINS, SPAN = 20, 6, 4


def run(files: list[str]) -> dict[str, Any]:
    """Score the forecasts on one file of order lines (CSV, may be gzipped)."""
    history = _sold_often(_read(Path(files[0])))
    if history.weeks <= ORIGINS * SPAN:
        raise ValueError(f"{history.weeks} weeks are too few: {ORIGINS * SPAN + 1} are needed.")
    origins = [history.weeks - SPAN * k for k in range(ORIGINS, 0, -1)]
    begun = time.process_time()
    made = [forecast(history.until(origin)) for origin in origins]
    seconds = (time.process_time() - begun) / ORIGINS
    return _figures(history, origins, made) | {
        "seconds_per_1000": round(seconds / history.count * 1000, 3),
        "skus": history.count,
        "origins": ORIGINS,
        "weeks": history.weeks,
        "learned_share": round(_pooled_share(made), 4),
    }


def _figures(history: History, origins: list[int], made: list[Forecast]) -> dict[str, Any]:
    sold = [history.units[:, origin : origin + SPAN].sum(axis=1) for origin in origins]
    at = made[0].horizons.index(SPAN)
    told = np.concatenate([one.points[:, at] for one in made])
    quantiles = [one.quantiles[:, at] for one in made]
    known = [history.units[:, :origin] for origin in origins]
    average = np.concatenate([moving_average(past)[:, -1] * SPAN for past in known])
    naive = np.concatenate([seasonal(past)[:, -1] * SPAN for past in known])
    total, edges = np.concatenate(sold), np.concatenate(quantiles)
    ours, theirs = wape(told, total), wape(average, total)
    stock = stock_for_fill(quantiles, sold, weeks=SPAN)
    return {
        "name": "forecast",
        "wape": _rounded(ours),
        "wape_ma8": _rounded(theirs),
        "wape_seasonal_naive": _rounded(wape(naive, total)),
        "ratio_ma8": _rounded(ours / theirs) if ours is not None and theirs else None,
        "bias": _rounded(bias(told, total)),
        "bias_ma8": _rounded(bias(average, total)),
        "coverage_90": _rounded(coverage(edges[:, LEVELS.index(0.9)], total)),
        "coverage_95": _rounded(coverage(edges[:, LEVELS.index(0.95)], total)),
        "stock_weeks": _rounded(stock),
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def _pooled_share(made: list[Forecast]) -> float:
    """How many forecasts came from the regression."""
    return float(
        np.mean([[one.method_of(k) == "pooled" for k in range(len(one.points))] for one in made])
    )


def _read(path: Path) -> History:
    """Weeks are counted back from the last day in the file, so that none is cut short."""
    codes: dict[str, int] = {}
    lines = [(codes.setdefault(code, len(codes)), day, units) for code, day, units in _goods(path)]
    if not lines:
        raise ValueError("The file has no line of goods.")
    series, days, units = (np.array(column) for column in zip(*lines, strict=True))
    weeks = int((days.max() - days.min()) // 7 + 1)
    week = weeks - 1 - (days.max() - days) // 7
    return history_of(series, week, units.astype(float), count=len(codes), weeks=weeks)


def _goods(path: Path) -> Iterator[tuple[str, int, int]]:
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8", errors="replace") as file:
        for row in csv.DictReader(file):
            code, units = row["StockCode"].strip().upper(), int(row["Quantity"])
            cancelled = row["InvoiceNo"].upper().startswith("C")
            if units > 0 and GOODS.match(code) and float(row["UnitPrice"]) > 0 and not cancelled:
                yield code, date.fromisoformat(row["InvoiceDate"][:10]).toordinal(), units


def _sold_often(history: History) -> History:
    sold: Floats = (history.units > 0).sum(axis=1)
    return history.only(np.flatnonzero(sold >= LEAST_WEEKS))
