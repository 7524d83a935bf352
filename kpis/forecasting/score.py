"""How good forecasts were, once it is known what was sold."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from kpis.forecasting.history import Floats


def wape(told: Floats, sold: Floats) -> float | None:
    """Sum of absolute errors over the sum of what was sold; None when nothing was."""
    total = float(sold.sum())
    return float(np.abs(told - sold).sum()) / total if total else None


def bias(told: Floats, sold: Floats) -> float | None:
    """How much too much was forecast, as a part of what was sold; negative for too little."""
    total = float(sold.sum())
    return float((told - sold).sum()) / total if total else None


def coverage(quantile: Floats, sold: Floats) -> float | None:
    """The share of totals that the quantile was not exceeded by; None for none."""
    return float((sold <= quantile + 1e-9).mean()) if len(sold) else None


def stock_for_fill(
    quantiles: Sequence[Floats], sold: Sequence[Floats], *, weeks: int, fill: float = 0.9
) -> float | None:
    """Weeks of demand that lie in stock on average when the share `fill` of demand is served.

    A shop that orders once per period, up to the same quantile for all series: `quantiles` are
    (n, levels) and `sold` (n,) per period of `weeks`, in order; what is left over stays. Stock is
    the mean of start and end of the period. Linear between the two levels around `fill`; None
    when no level reaches it.
    """
    points = [
        _simulated([one[:, level] for one in quantiles], sold, weeks)
        for level in range(quantiles[0].shape[1])
    ]
    for low, high in pairwise(points):
        if low[0] < fill <= high[0]:
            return low[1] + (high[1] - low[1]) * (fill - low[0]) / (high[0] - low[0])
    return points[0][1] if points[0][0] >= fill else None


def _simulated(up_to: Sequence[Floats], sold: Sequence[Floats], weeks: int) -> tuple[float, float]:
    """(share of demand served, mean stock in weeks of demand) of ordering up to these levels."""
    left, served, stocked = np.zeros_like(sold[0]), 0.0, 0.0
    for level, wanted in zip(up_to, sold, strict=True):
        start = np.maximum(left, level)
        gone = np.minimum(start, wanted)
        left = start - gone
        served += float(gone.sum())
        stocked += float((start + left).sum()) / 2
    demand = float(sum(one.sum() for one in sold))
    return served / demand, stocked / demand * weeks
