"""Demand out of the database, as the forecasting methods want it."""

import io
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from django.conf import settings
from django.db import connection

from core import clock
from kpis.facts import sql_of
from kpis.forecasting.history import History, Ints, history_of
from orders.models import Order

MOST_WEEKS = 104


@dataclass(frozen=True)
class Demand:
    """A history whose series are pairs (sku id, warehouse id), in that order."""

    history: History
    pairs: list[tuple[int, int]]


def demand_before(origin: date, *, sku_id: int | None = None) -> Demand | None:
    """What was wanted in the (at most 104) whole weeks before the day `origin`.

    Of every active SKU, or of one alone. None when nothing was.
    """
    first = origin - timedelta(days=7 * MOST_WEEKS)
    params = {
        "origin": origin,
        "first": first,
        "lower": clock.start_of(first),
        "upper": clock.start_of(origin),
        "zone": settings.TIME_ZONE,
        "sku_id": sku_id,
    }
    lines = _table("demand", params, columns=5)
    if not len(lines):
        return None
    whole = max(1, (origin - _first_day(origin, first)).days // 7)
    pairs, series = np.unique(lines[:, :2], axis=0, return_inverse=True)
    weeks = min(whole, MOST_WEEKS)  # the shop's first days, before them, are no week
    times = lines[:, 4]
    history = history_of(
        np.repeat(series.reshape(-1), times),
        np.repeat(weeks - 1 - lines[:, 2], times),
        np.repeat(lines[:, 3], times).astype(float),
        count=len(pairs),
        weeks=weeks,
        open_days=_open_days(pairs, weeks, params),
    )
    return Demand(history, [(int(sku), int(place)) for sku, place in pairs])


def _first_day(origin: date, earliest: date) -> date:
    """The day of the shop's first order, or `earliest` when that is later."""
    orders = Order.objects.filter(test=False, placed_at__gte=clock.start_of(earliest))
    found = orders.order_by("placed_at").values_list("placed_at", flat=True).first()
    return clock.day_of(found) if found else origin


def _open_days(pairs: Ints, weeks: int, params: dict[str, object]) -> np.ndarray:
    """(n, w) days of each week that closed with stock."""
    place = {(int(sku), int(at)): row for row, (sku, at) in enumerate(pairs)}
    days = np.full((len(pairs), weeks), 7.0)
    for sku, at, week, empty in _table("stockout_days", params, columns=4):
        row = place.get((int(sku), int(at)))
        if row is not None and week < weeks:
            days[row, weeks - 1 - week] -= empty
    return days


def _table(name: str, params: dict[str, object], *, columns: int) -> Ints:
    """Rows of whole numbers, by COPY: millions of them in seconds, and no object for each."""
    with connection.cursor() as cursor:
        asked = cursor.cursor.mogrify(sql_of(name), params).decode()
        held = io.BytesIO()
        cursor.cursor.copy_expert(f"COPY ({asked}) TO STDOUT", held)
    if not held.tell():
        return np.zeros((0, columns), dtype=np.int64)
    held.seek(0)
    return np.loadtxt(held, dtype=np.int64, delimiter="\t", ndmin=2)
