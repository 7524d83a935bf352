"""Quantiles where there is too little to learn from: demand as a gamma around its mean.

The variance is the series' own or, when larger, what the shop's weeks show in relation to their
means; never below that of a Poisson. Quantiles by Wilson and Hilferty's cube (1931).
"""

from collections.abc import Sequence
from statistics import NormalDist

import numpy as np

from kpis.forecasting.history import Floats


def spread_around(rate: Floats, weekly: Floats, horizon: int, levels: Sequence[float]) -> Floats:
    """(n, levels) quantiles of the units of `horizon` weeks, for weekly rates (n,)."""
    mean = rate * horizon
    variance = np.maximum(_variance(rate, weekly), rate) * horizon
    some = mean > 0
    shape = np.where(some, mean**2 / np.where(some, variance, 1), 1)
    scale = np.where(some, variance / np.where(some, mean, 1), 0)
    found = []
    for level in levels:
        z = NormalDist().inv_cdf(level)
        cube = np.maximum(0, 1 - 1 / (9 * shape) + z / (3 * np.sqrt(shape)))
        found.append(shape * scale * cube**3)
    return np.maximum.accumulate(np.stack(found, axis=1), axis=1)


def _variance(rate: Floats, weekly: Floats) -> Floats:
    """Of a week; (n,)."""
    if weekly.shape[1] < 2:
        return rate
    own, mean = weekly.var(axis=1, ddof=1), weekly.mean(axis=1)
    usual = own.sum() / mean.sum() if mean.sum() > 0 else 1.0
    return np.maximum(own, rate * usual)
