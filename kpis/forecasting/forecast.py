"""Forecast every series from the end of its history: the one call of job and evaluation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from kpis.forecasting.choose import (
    AVERAGE,
    POOLED,
    Candidates,
    chosen_of,
    score_of,
    simple_candidates,
)
from kpis.forecasting.history import Floats, History, Ints
from kpis.forecasting.methods import SIMPLE
from kpis.forecasting.pooled import HORIZONS, LEVELS, Curve, Learner, TooShort
from kpis.forecasting.spread import spread_around

TITLES = {
    POOLED: "Regression over all SKUs",
    **{name: title for name, (title, _) in SIMPLE.items()},
}


@dataclass(frozen=True)
class Forecast:
    """Demand of the next weeks together, per series, horizon and level, in units.

    `points` is (n, horizons), `quantiles` (n, horizons, levels); both rise along horizons,
    quantiles along levels. `method` (n,) are places in `candidates.names`.
    """

    horizons: tuple[int, ...]
    levels: tuple[float, ...]
    points: Floats
    quantiles: Floats
    candidates: Candidates
    method: Ints

    def method_of(self, series: int) -> str:
        return self.candidates.names[self.method[series]]


def forecast(
    history: History,
    *,
    horizons: Sequence[int] = HORIZONS,
    levels: Sequence[float] = LEVELS,
    pinned: Mapping[int, str] | None = None,
) -> Forecast:
    """Forecast the weeks after the history; it needs one week and one series at least.

    `pinned` says which method a series must have, whatever the errors say; a method that there is
    not (the regression, in a short history) is passed over.
    """
    weekly = history.filled()
    candidates, curves, favorite = _candidates(history, horizons, levels)
    chosen = chosen_of(candidates, favorite)
    for series, name in (pinned or {}).items():
        if name in candidates.names:
            chosen[series] = candidates.names.index(name)
    rate = candidates.rates[chosen, np.arange(history.count)]
    mine = np.array(candidates.names)[chosen] == POOLED
    points, quantiles = [], []
    for horizon in horizons:
        curve = curves.get(horizon) or _widened(curves, rate, weekly, horizon, levels)
        points.append(np.where(mine, curve.point, rate * horizon))
        quantiles.append(curve.quantiles)
    return Forecast(
        tuple(horizons),
        tuple(levels),
        np.maximum.accumulate(np.stack(points, axis=1), axis=1),
        np.maximum.accumulate(np.stack(quantiles, axis=1), axis=1),
        candidates,
        chosen,
    )


def _candidates(
    history: History, horizons: Sequence[int], levels: Sequence[float]
) -> tuple[Candidates, dict[int, Curve], str]:
    """All methods beside each other, the regression's curves, and who is the favorite."""
    simple = simple_candidates(history)
    learner, curves = Learner(history), {}
    for horizon in horizons:
        try:
            curves[horizon] = learner.curve(horizon, levels=levels)
        except TooShort:
            break  # longer ones are too short as well
    if not curves:
        return simple, {}, AVERAGE
    longest = (
        max(horizon for horizon in curves if horizon <= 4) if min(curves) <= 4 else min(curves)
    )
    curve = curves[longest]
    judged = score_of(learner.judged(curve.weights), history)
    names = (POOLED, *simple.names)
    rates = np.vstack([curve.point / longest, simple.rates])
    return Candidates(names, rates, np.vstack([judged, simple.scores])), curves, POOLED


def _widened(
    curves: Mapping[int, Curve], rate: Floats, weekly: Floats, horizon: int, levels: Sequence[float]
) -> Curve:
    """A horizon that the history is too short for: the longest there is, stretched as it is."""
    if not curves:
        return Curve(rate * horizon, spread_around(rate, weekly, horizon, levels), rate)
    longest = max(curves)
    known, more = curves[longest], horizon / longest
    return Curve(known.point * more, known.quantiles * more, known.weights)
