"""One linear quantile regression over all series: each learns from all of them.

The point forecast is one quantile, the same for all series: the one whose sum over past origins is
what was sold. Among forecasts that are right in sum it is the one with the least absolute error
(the multiplier of that constraint is the same for all series). The mean of each series would be
right in sum, too, and costs more; the median costs less, and buys too little.

Higher quantiles are fitted on their own, in units relative to the level, so that small series count
like large ones. Then each is moved by what past origins show (split by level): a quantile of 95 %
is one that held 19 times out of 20.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kpis.forecasting.choose import judged_origins
from kpis.forecasting.features import LONG, Known, features_at
from kpis.forecasting.history import Floats, History, Ints
from kpis.forecasting.regression import fit_quantile

LEVELS = (0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.98, 0.99)
HORIZONS = (1, 2, 4, 8, 13)  # weeks
MOST_ORIGINS, HALF_LIFE = 30, 24  # weeks back that are learned from; when they count half
MOST_SERIES, LEAST_ROWS, LEAST_ORIGINS = 3000, 1000, 4
MIDDLES = (0.55, 0.65, 0.75)
ROUNDS, NEAR = 10, 0.25
LATELY = 4  # weeks after which an origin counts half when quantiles are moved
CLASSES = 4


@dataclass(frozen=True)
class Curve:
    """Demand of the next `horizon` weeks together: the point (n,), and (n, LEVELS) quantiles."""

    point: Floats
    quantiles: Floats
    weights: Floats  # of the point, per column of the features


@dataclass(frozen=True)
class _Rows:
    """Past origins of all series, one below the other; targets and levels are weekly rates."""

    middle: Floats
    edges: Floats
    level: Floats
    wanted: Floats
    weight: Floats
    age: Floats


class TooShort(Exception):  # noqa: N818 - the caller falls back to simpler methods
    """There are too few weeks or series to learn from."""


class Learner:
    """Learns from past origins and forecasts from the end of the history."""

    def __init__(self, history: History) -> None:
        self.past = history.only(_spread(history))
        self.weeks = history.weeks
        self.filled = self.past.filled()
        self.known: dict[int, Known] = {}
        self.history = history
        self.now = features_at(history, history.weeks) if history.weeks >= LONG else None

    def curve(self, horizon: int, *, levels: Sequence[float] = LEVELS) -> Curve:
        """Forecast the next `horizon` weeks together. Raises TooShort."""
        rows = self._rows(horizon)
        if self.now is None:
            raise TooShort
        weights = _right_in_sum(rows)
        quantiles = _edges(rows, self.now, levels)
        return Curve(
            np.maximum(0, self.now.middle @ weights) * horizon, quantiles * horizon, weights
        )

    def judged(self, weights: Floats) -> Floats:
        """(n, origins) weekly rates that these weights give where methods are compared.

        The weights have seen these origins; with thousands of rows for some forty weights that
        makes next to no difference.
        """
        origins = judged_origins(self.weeks)
        tables = [self._features(origin) for origin in origins]
        return np.stack([np.maximum(0, table @ weights) for table in tables], axis=1)

    def _features(self, origin: int) -> Floats:
        if self.past.count == self.history.count and origin in self.known:
            return self.known[origin].middle
        return features_at(self.history, origin).middle

    def _rows(self, horizon: int) -> _Rows:
        last = self.weeks - horizon
        origins = range(max(LONG, last - MOST_ORIGINS), last + 1)
        if len(origins) < LEAST_ORIGINS or len(origins) * self.past.count < LEAST_ROWS:
            raise TooShort
        parts = [self._part(origin, horizon, last - origin) for origin in origins]
        return _Rows(*(np.concatenate(column) for column in zip(*parts, strict=True)))

    def _part(self, origin: int, horizon: int, age: int) -> tuple[Floats, ...]:
        if origin not in self.known:
            self.known[origin] = features_at(self.past, origin)
        known, span = self.known[origin], slice(origin, origin + horizon)
        told = ~self.past.censored[:, span].any(axis=1)  # what was out of stock teaches nothing
        wanted = self.past.units[:, span].mean(axis=1)[told]
        ages = np.full(len(wanted), float(age))
        weight = 0.5 ** (ages / HALF_LIFE)
        return known.middle[told], known.edges[told], known.level[told], wanted, weight, ages


def _spread(history: History) -> Ints:
    """At most 3,000 series to learn from, spread evenly from the largest to the smallest."""
    if history.count <= MOST_SERIES:
        return np.arange(history.count)
    ranked = np.argsort(history.units.sum(axis=1), kind="stable")
    picked = np.linspace(0, history.count - 1, MOST_SERIES).round().astype(np.int64)
    return np.sort(ranked[picked])


def _right_in_sum(rows: _Rows) -> Floats:
    """The weights of the quantile whose sum over the past is what was sold, between three fits."""
    start, sums, found = None, [], []
    for tau in MIDDLES:
        start = fit_quantile(
            rows.middle, rows.wanted, tau, weight=rows.weight, start=start, near=NEAR,
            rounds=ROUNDS,
        )  # fmt: skip
        sums.append(float(rows.weight @ np.maximum(0, rows.middle @ start)))
        found.append(start)
    sold = float(rows.weight @ rows.wanted)
    low = 0 if sold <= sums[1] else 1
    apart = sums[low + 1] - sums[low]
    share = float(np.clip((sold - sums[low]) / apart, -0.5, 1.5)) if apart > 0 else 0.0
    return found[low] * (1 - share) + found[low + 1] * share


def _edges(rows: _Rows, now: Known, levels: Sequence[float]) -> Floats:
    """(n, levels) quantiles of the weekly rate, rising, moved to where the past held them."""
    size = rows.level + 1
    relative, wanted = rows.edges / size[:, None], rows.wanted / size
    bounds = np.quantile(rows.level, np.linspace(0, 1, CLASSES + 1)[1:-1])
    theirs, mine = np.digitize(rows.level, bounds), np.digitize(now.level, bounds)
    lately = 0.5 ** (rows.age / LATELY)
    start, found = None, []
    for tau in levels:
        start = fit_quantile(
            relative, wanted, tau, weight=rows.weight, start=start, near=0.02, rounds=ROUNDS
        )
        missed = wanted - np.maximum(0, relative @ start)
        moved = np.array([
            weighted_quantile(missed[theirs == one], lately[theirs == one], tau)
            for one in range(CLASSES)
        ])  # fmt: skip
        told = np.maximum(0, now.edges @ start) + moved[mine] * (now.level + 1)
        found.append(np.maximum(0, told))
    return np.maximum.accumulate(np.stack(found, axis=1), axis=1)


def weighted_quantile(values: Floats, weight: Floats, tau: float) -> float:
    """The smallest value that at least the share `tau` of the weight keeps within; 0 for none."""
    if not len(values):
        return 0.0
    order = np.argsort(values, kind="stable")
    passed = np.cumsum(weight[order])
    place = int(np.searchsorted(passed, tau * passed[-1]))
    return float(values[order][min(place, len(values) - 1)])
