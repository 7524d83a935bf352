"""Demand made up by chance with a seed: the same seed, the same shop."""

import numpy as np

from kpis.forecasting.history import History, history_of


def shop(series: int = 60, weeks: int = 40, *, seed: int = 1, growth: float = 0.0) -> History:
    """So many series of different size and habit over so many weeks."""
    chance = np.random.default_rng(seed)
    level = np.exp(chance.normal(1.0, 1.0, series))
    lines = [
        (one, week, size)
        for one in range(series)
        for week in range(weeks)
        for size in _lines(chance, level[one] * (1 + growth * week))
    ]
    of, week, size = (np.array(column) for column in zip(*lines, strict=True))
    return history_of(of, week, size.astype(float), count=series, weeks=weeks)


def _lines(chance: np.random.Generator, level: float) -> list[int]:
    """Order lines of one week: mostly small, now and then a large one."""
    count = chance.poisson(min(level, 8.0))
    sizes = 1 + chance.poisson(1.5, count)
    return [int(size * (20 if chance.random() < 0.02 else 1)) for size in sizes]


def weekly(*rows: list[float], open_days: list[list[float]] | None = None) -> History:
    """`weekly([3, 0, 2])`: series given by their weeks; one order line per week that sold."""
    units = np.array(rows, dtype=float)
    of, week = np.nonzero(units)
    days = None if open_days is None else np.array(open_days, dtype=float)
    return history_of(
        of, week, units[of, week], count=len(units), weeks=units.shape[1], open_days=days
    )
