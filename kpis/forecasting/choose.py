"""Who forecasts which series: the method with the least error at past origins.

The score of a method is its absolute error plus its bias in sum, over four-week totals at the last
six origins that are two weeks apart: the absolute error alone would favor methods that always
forecast too little. Six origins are few, and the best of nine methods over so few is mostly lucky:
choosing it for each series made forecasts five percent worse on a real shop than keeping the pooled
regression. So the favorite stays unless another is far better.
"""

from dataclasses import dataclass

import numpy as np

from kpis.forecasting.history import Floats, History, Ints
from kpis.forecasting.methods import SIMPLE

ORIGINS, APART, SPAN = 6, 2, 4
POOLED, AVERAGE = "pooled", "moving_average"
CLEARLY = {POOLED: 0.2, AVERAGE: 0.75}  # what of the favorite's score another may have at most


@dataclass(frozen=True)
class Candidates:
    """Methods beside each other: names, their rates now (m, n) and their scores (m, n)."""

    names: tuple[str, ...]
    rates: Floats
    scores: Floats


def judged_origins(weeks: int) -> list[int]:
    """The past origins at which methods are compared, newest first; [] for a short history."""
    newest = weeks - SPAN
    return [origin for k in range(ORIGINS) if (origin := newest - k * APART) >= SPAN]


def simple_candidates(history: History) -> Candidates:
    """All simple methods with their scores; scores are 0 where there is nothing to compare by."""
    weekly = history.filled()
    made = [method(weekly) for _, method in SIMPLE.values()]
    scores = [score_of(rates[:, judged_origins(history.weeks)], history) for rates in made]
    return Candidates(tuple(SIMPLE), np.stack([one[:, -1] for one in made]), np.stack(scores))


def score_of(rates: Floats, history: History) -> Floats:
    """(n,) mean absolute error plus absolute bias of weekly rates (n, origins).

    Totals that a stock-out has cut short are left out.
    """
    origins = judged_origins(history.weeks)
    if not origins:
        return np.zeros(history.count)
    spans = [slice(origin, origin + SPAN) for origin in origins]
    sold = np.stack([history.units[:, span].sum(axis=1) for span in spans], axis=1)
    told = np.stack([~history.censored[:, span].any(axis=1) for span in spans], axis=1)
    error = np.where(told, rates * SPAN - sold, 0)
    count = np.maximum(1, told.sum(axis=1))
    score: Floats = (np.abs(error).sum(axis=1) + np.abs(error.sum(axis=1))) / count
    return score


def chosen_of(candidates: Candidates, favorite: str) -> Ints:
    """(n,) the place of the method that forecasts each series."""
    mine = candidates.names.index(favorite)
    best = candidates.scores.argmin(axis=0)
    least = candidates.scores.min(axis=0)
    better = least < CLEARLY[favorite] * candidates.scores[mine]
    return np.where(better, best, mine)
