"""What is known of each series at an origin, as weekly rates.

Averages over several spans; medians, which forget single large orders; exponential smoothing; how
often it is ordered; and averages of demand whose single order lines are cut at the series' own
50th, 75th, 90th and 97th percentile line, with what was cut off beside them; and the trend of how
often it is ordered. The regression weighs these: a shop sells to people who want two and now and
then to one who wants two hundred.
"""

from dataclasses import dataclass

import numpy as np

from kpis.forecasting.history import Floats, History

SPANS, SHORT_SPANS = (2, 4, 8, 13), (4, 8, 13)
ALPHAS, CUT_ALPHAS = (0.1, 0.2, 0.35), (0.1, 0.25)
CUTS = (50, 75, 90, 97)
LEAST_CUT = 2.0  # units: one line of two is never "large"
LONG = 13  # weeks of history that the features need


@dataclass(frozen=True)
class Known:
    """Two tables for the regressions: many columns for the middle, few for the edges.

    Both are (n, columns) weekly rates. `level` (n,) is the mean of 13 weeks, in units.
    """

    middle: Floats
    edges: Floats
    level: Floats


def features_at(history: History, origin: int) -> Known:
    """Return what is known before week `origin`, which is at least 13."""
    known = history.until(origin)
    weekly = known.filled()
    means = {span: _mean(weekly, span) for span in SPANS}
    smooth = {alpha: smoothed(weekly, alpha) for alpha in ALPHAS}
    medians = [np.median(weekly[:, -span:], axis=1) for span in (8, LONG)]
    cut, above = _cut_means(known, weekly)
    lines = lines_of(known)
    often = _by_lines(known, lines)
    trend = _trends(lines, means[8], smooth[0.2])
    ends = [np.ones(known.count), np.sqrt(means[8])]
    middle = [*means.values(), *medians, *smooth.values(), *often, *cut, *above, *trend, *ends]
    late = weekly[:, -LONG:]
    edges = [means[4], means[8], means[LONG], medians[1], smooth[0.1], cut[-5], *above, *trend]
    edges += [late.std(axis=1), late.max(axis=1), np.ones(known.count), np.sqrt(means[LONG])]
    return Known(np.stack(middle, axis=1), np.stack(edges, axis=1), means[LONG])


def _cut_means(known: History, weekly: Floats) -> tuple[list[Floats], list[Floats]]:
    """Averages of demand with its lines cut, per percentile, and of what the 90th cuts off."""
    found, above = [], []
    raised = weekly / np.where(known.units > 0, known.units, 1.0)  # by filling of stock-out weeks
    for percent in CUTS:
        cut = np.where(known.units > 0, cut_lines(known, percent) * raised, weekly)
        found += [_mean(cut, span) for span in SHORT_SPANS]
        found += [smoothed(cut, alpha) for alpha in CUT_ALPHAS]
        if percent == 90:
            above = [_mean(weekly - cut, LONG), (weekly - cut).mean(axis=1)]
    return found, above


def smoothed(weekly: Floats, alpha: float) -> Floats:
    """Simple exponential smoothing, begun at the first week; (n,) the level after the last one."""
    level = weekly[:, 0].copy()
    for week in range(1, weekly.shape[1]):
        level += alpha * (weekly[:, week] - level)
    return level


def cut_lines(known: History, percent: float) -> Floats:
    """Weekly units with each order line cut at its series' own `percent`-th percentile; (n, w).

    The lines are sorted by series and size, so a percentile (linear between ranks, as numpy's) is
    two look-ups.
    """
    count = np.bincount(known.series, minlength=known.count)
    first = np.concatenate(([0], np.cumsum(count)[:-1]))
    some = count > 0
    rank = (count[some] - 1) * (percent / 100)
    low = np.floor(rank).astype(np.int64)
    high = np.minimum(low + 1, count[some] - 1)
    below, above = known.size[first[some] + low], known.size[first[some] + high]
    limit = np.full(known.count, LEAST_CUT)
    limit[some] = np.maximum(below + (above - below) * (rank - low), LEAST_CUT)
    cut = np.minimum(known.size, limit[known.series])
    cells = known.series * known.weeks + known.week
    sums = np.bincount(cells, weights=cut, minlength=known.units.size)
    return sums.astype(np.float64).reshape(known.units.shape)


def lines_of(known: History) -> Floats:
    """Number of order lines, (n, w)."""
    cells = known.series * known.weeks + known.week
    return np.bincount(cells, minlength=known.units.size).reshape(known.units.shape).astype(float)


def _mean(weekly: Floats, span: int) -> Floats:
    return weekly[:, -span:].mean(axis=1)


def _by_lines(known: History, lines: Floats) -> list[Floats]:
    """Order lines a week times the mean, and the geometric mean, size of a line."""
    count = np.maximum(1, lines.sum(axis=1))
    usual = known.units.sum(axis=1) / count
    logs = np.bincount(known.series, weights=np.log(known.size), minlength=known.count)
    typical = np.where(known.units.sum(axis=1) > 0, np.exp(logs / count), 0)
    found = [_mean(lines, span) * usual for span in (4, 8)]
    return found + [_mean(lines, span) * typical for span in SHORT_SPANS]


def _trends(lines: Floats, *levels: Floats) -> list[Floats]:
    """How ordering has sped up or slowed down lately, as a part of the level."""

    def speed(short: int, long: int) -> Floats:
        now, usual = _mean(lines, short) + 0.5, _mean(lines, long) + 0.5
        return np.log(np.clip(now / usual, 1 / 3, 3))

    recent = speed(4, LONG)
    found = [level * recent for level in levels]
    return [*found, levels[0] * speed(8, 26), levels[0] * speed(2, 8)]
