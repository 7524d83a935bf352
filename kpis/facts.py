"""Runs a metric's SQL for some days: summed up for the roll-up, or row by row."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pycountry
from django.conf import settings
from django.db import connection

from core import clock
from core.actor import ALL, Actor
from core.money import exponent
from kpis.metrics import Metric

NONE = 0  # as a channel_id or warehouse_id: what belongs to none


@dataclass(frozen=True, kw_only=True)
class Where:
    """Which facts of a metric: some days, perhaps of one channel, warehouse or part.

    A channel_id or warehouse_id of NONE asks for what belongs to none. `split` cuts them
    by one of the metric's splits, `slice` asks for one of its slices.
    """

    first: date
    last: date
    channel_id: int | None = None
    warehouse_id: int | None = None
    part: str | None = None
    split: str = ""
    slice: str | None = None


def text_of(metric: Metric, split: str = "") -> str:
    """The SQL that yields the metric's facts, with `slice` when they are split."""
    if not split:
        return sql_of(metric.key)
    return sql_of(f"splits/{metric.splits[split]}").replace("/*facts*/", sql_of(metric.key))


@cache
def sql_of(key: str) -> str:
    """The text of kpis/sql/<key>.sql."""
    return (Path(settings.BASE_DIR) / "kpis" / "sql" / f"{key}.sql").read_text()


@cache
def _scales(company: str) -> tuple[str, int | str]:
    """Minor units of the company's currency per minor unit of others, at a rate of 1.

    As JSON by currency code for those that differ from the usual two decimals.
    """
    home = exponent(company)
    codes = (currency.alpha_3 for currency in pycountry.currencies)
    odd = {code: home - exponent(code) for code in codes if exponent(code) != 2}
    pairs = ", ".join(f'"{code}": {_power(step)}' for code, step in sorted(odd.items()))
    return "{" + pairs + "}", _power(home - 2)


def _power(step: int) -> str:
    return "1" + "0" * step if step >= 0 else "0." + "0" * (-step - 1) + "1"


def params_of(days: Iterable[date], now: datetime | None = None) -> dict[str, Any]:
    """What every metric's SQL may use, for these (at least one) business days.

    `now` is the moment that today is read at; the clock's when none is given.
    """
    wanted = sorted(set(days))
    scales, scale = _scales(settings.COMPANY_CURRENCY)
    return {
        "days": wanted,
        "lower": clock.start_of(wanted[0]),
        "upper": clock.start_of(wanted[-1] + timedelta(days=1)),
        "zone": settings.TIME_ZONE,
        "now": now or clock.now(),
        "scales": scales,
        "scale": scale,
    }


def execute(sql: str, params: dict[str, Any]) -> list[dict[str, Any]]:
    """Rows as dicts; none for a statement that yields none."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        if cursor.description is None:
            return []
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def rows_behind(  # noqa: PLR0913 - which rows, whose, where to go on
    metric: Metric,
    where: Where,
    actor: Actor,
    *,
    limit: int,
    after: tuple[datetime, str, int] | None = None,
    back: bool = False,
    now: datetime | None = None,
) -> list[dict[str, Any]]:
    """The facts behind a figure within the actor's reach, oldest first.

    Those after a (at, part, id); with `back` the ones just before it. What is so now has `now` as
    its time: who reads on page by page keeps that moment, else today's facts come twice.
    """
    conditions, params = _conditions(where, actor)
    way, order = ("<", "at DESC, part DESC, id DESC") if back else (">", "at, part, id")
    if after:
        conditions.append(f"(at, part, id) {way} (%(at)s, %(after_part)s, %(after_id)s)")
        params |= {"at": after[0], "after_part": after[1], "after_id": after[2]}
    sql = (
        f"SELECT * FROM ({text_of(metric, where.split)}) AS fact"  # noqa: S608 - no input in the text
        f" WHERE {' AND '.join(conditions)} ORDER BY {order} LIMIT %(limit)s"
    )
    found = execute(sql, {**params_of(_days(where), now), **params, "limit": limit})
    return found[::-1] if back else found


def total_behind(metric: Metric, where: Where, actor: Actor) -> dict[str, Any]:
    """What the facts that `rows_behind` lists make: sums of num and den, number, quantiles.

    `quantiles` are the median and the 90th percentile of their values; None without any.
    """
    conditions, params = _conditions(where, actor)
    sql = (
        "SELECT coalesce(sum(num), 0) AS num, coalesce(sum(den), 0) AS den, count(*) AS facts,"  # noqa: S608
        " percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY value) AS quantiles"
        f" FROM ({text_of(metric, where.split)}) AS fact WHERE {' AND '.join(conditions)}"
    )
    return execute(sql, {**params_of(_days(where)), **params})[0]


def slices_of(metric: Metric, where: Where, actor: Actor) -> list[dict[str, Any]]:
    """What `total_behind` says, per `slice` of the split that `where` names."""
    conditions, params = _conditions(where, actor)
    sql = (
        "SELECT slice, sum(num) AS num, sum(den) AS den, count(*) AS facts,"  # noqa: S608
        " percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY value) AS quantiles"
        f" FROM ({text_of(metric, where.split)}) AS fact WHERE {' AND '.join(conditions)}"
        " GROUP BY slice ORDER BY slice"
    )
    return execute(sql, {**params_of(_days(where)), **params})


def _days(where: Where) -> list[date]:
    return [where.first + timedelta(days=n) for n in range((where.last - where.first).days + 1)]


def _conditions(where: Where, actor: Actor) -> tuple[list[str], dict[str, Any]]:
    conditions = ["day = ANY(%(days)s)"]
    params: dict[str, Any] = {}
    for column in ("channel_id", "warehouse_id"):
        ids: Any = actor.ids(column)
        if ids is not ALL:
            conditions.append(f"({column} IS NULL OR {column} = ANY(%(reach_{column})s))")
            params[f"reach_{column}"] = sorted(ids)
        wanted = getattr(where, column)
        if wanted == NONE:
            conditions.append(f"{column} IS NULL")
        elif wanted is not None:
            conditions.append(f"{column} = %({column})s")
            params[column] = wanted
    for column in ("part", "slice"):
        if (wanted := getattr(where, column)) is not None:
            conditions.append(f"{column} = %({column})s")
            params[column] = wanted
    return conditions, params
