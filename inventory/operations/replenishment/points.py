"""Reorder point and order-up-to level from quantiles of demand: arithmetic only.

Demand until a delivery is the demand of the lead time, and the lead time itself is not certain: it
is a mix over some lead times, each with the forecast's own quantiles. The point is the service
level's quantile of that mix. No normal distribution of demand is assumed: the textbook's formula
(mean + z × deviation) covers far less than it is asked for, because demand is skewed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
MIX = 9  # lead times that stand for their distribution
HALVINGS = 40
MOST_POINT = 2_000_000_000  # what the column holds
SLACK = 1e-6  # units: 12.0000001 of rounding is 12


@dataclass(frozen=True)
class Curves:
    """Quantiles of demand of n series: `quantiles` is (n, horizons, levels), in units."""

    horizons: Sequence[int]  # weeks, rising
    levels: Sequence[float]  # rising
    quantiles: Floats


def lead_times(days: float, spread: float) -> list[float]:
    """Nine equally likely lead times, in days, at least half a day; one where none is spread."""
    if spread <= 0:
        return [float(days)]
    normal = NormalDist(days, spread)
    return [max(0.5, normal.inv_cdf((k + 0.5) / MIX)) for k in range(MIX)]


def demand_within(curves: Curves, days: Floats) -> Floats:
    """(n, levels) quantiles of the demand of `days` (n,), linear between horizons.

    Past the last horizon the last one is stretched.
    """
    weeks = np.asarray(days, dtype=float) / 7
    ends = np.array([0, *curves.horizons], dtype=float)
    known = np.concatenate((np.zeros_like(curves.quantiles[:, :1]), curves.quantiles), axis=1)
    high = np.clip(np.searchsorted(ends, weeks), 1, len(ends) - 1)
    rows = np.arange(len(weeks))
    low, top = known[rows, high - 1], known[rows, high]
    share = (weeks - ends[high - 1]) / (ends[high] - ends[high - 1])
    inside = low + (top - low) * np.minimum(share, 1)[:, None]
    past = np.maximum(1, weeks / ends[-1])
    return inside * past[:, None]


def mixed_quantile(parts: Sequence[Floats], levels: Sequence[float], wanted: Floats) -> Floats:
    """(n,) where the mix of equally likely (n, levels) quantile curves reaches `wanted` (n,)."""
    high = np.max([_tail(part, levels, 0.9999) for part in parts], axis=0) + 1
    low = np.zeros_like(high)
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        reached = np.mean([share_below(part, levels, middle) for part in parts], axis=0)
        low, high = (
            np.where(reached < wanted, middle, low),
            np.where(reached < wanted, high, middle),
        )
    return high


def share_below(quantiles: Floats, levels: Sequence[float], units: Floats) -> Floats:
    """(n,) the chance that demand is at most `units` (n,).

    Linear between quantiles and from nothing at 0; past the last one the rest halves as fast as it
    did between the last two.
    """
    ends = np.array([0.0, *levels])
    known = np.concatenate((np.zeros((len(quantiles), 1)), quantiles), axis=1)
    at = (known <= units[:, None]).sum(axis=1) - 1
    low = np.clip(at, 0, len(ends) - 2)
    rows = np.arange(len(units))
    width = known[rows, low + 1] - known[rows, low]
    share = np.where(width > 0, (units - known[rows, low]) / np.where(width > 0, width, 1), 1)
    inside = ends[low] + (ends[low + 1] - ends[low]) * np.clip(share, 0, 1)
    over = np.maximum(0, units - known[:, -1])
    rest = (1 - ends[-1]) * np.exp(-over * _steepness(known, ends))
    return np.where(at >= len(ends) - 1, 1 - rest, inside)


def _steepness(known: Floats, ends: Floats) -> Floats:
    gap = np.maximum(known[:, -1] - known[:, -2], 1e-9)
    return np.log((1 - ends[-2]) / (1 - ends[-1])) / gap


def _tail(quantiles: Floats, levels: Sequence[float], share: float) -> Floats:
    ends = np.array([0.0, *levels])
    known = np.concatenate((np.zeros((len(quantiles), 1)), quantiles), axis=1)
    return known[:, -1] + np.log((1 - ends[-1]) / (1 - share)) / _steepness(known, ends)


def points_of(
    curves: Curves, *, lead: Sequence[int], spread: Sequence[int], service: Sequence[float]
) -> Floats:
    """(n,) units sold until a delivery at most, in the share `service` of cases."""
    columns = [lead_times(days, wide) for days, wide in zip(lead, spread, strict=True)]
    times = np.array([one if len(one) == MIX else one * MIX for one in columns])
    parts = [demand_within(curves, times[:, k]) for k in range(MIX)]
    return mixed_quantile(parts, curves.levels, np.asarray(service, dtype=float))


def whole_units(units: float) -> int:
    """Up to the next whole unit."""
    return min(MOST_POINT, max(0, ceil(units - SLACK)))
