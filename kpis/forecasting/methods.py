"""Simple methods, each along all weeks at once: (n, w) units to (n, w + 1) weekly rates.

Column t of the answer is the forecast made before week t, from weeks 0 to t - 1 alone.
"""

from collections.abc import Callable

import numpy as np

from kpis.forecasting.history import Floats

YEAR, SEASON = 52, 4  # weeks


def moving_average(weekly: Floats, span: int = 8) -> Floats:
    """The mean of the last `span` weeks, or of those that there are."""
    sums = np.concatenate((np.zeros((len(weekly), 1)), np.cumsum(weekly, axis=1)), axis=1)
    ends = np.arange(weekly.shape[1] + 1)
    starts = np.maximum(0, ends - span)
    return (sums[:, ends] - sums[:, starts]) / np.maximum(1, ends - starts)


def exponential(weekly: Floats, alpha: float) -> Floats:
    """Simple exponential smoothing from the first week on."""
    levels = np.zeros((len(weekly), weekly.shape[1] + 1))
    for week in range(weekly.shape[1]):
        sold = weekly[:, week]
        levels[:, week + 1] = (
            sold if week == 0 else levels[:, week] + alpha * (sold - levels[:, week])
        )
    return levels


def intermittent(weekly: Floats, alpha: float = 0.1) -> Floats:
    """Croston's method with the Syntetos-Boylan correction, for demand that often is nothing.

    Source: Croston (1972); Syntetos & Boylan (2005): size over interval, times 1 - alpha / 2.
    """
    count, weeks = weekly.shape
    size, gap, waited = np.zeros(count), np.ones(count), np.ones(count)
    begun, rates = np.zeros(count, dtype=bool), np.zeros((count, weeks + 1))
    for week in range(weeks):
        sold = weekly[:, week]
        some = sold > 0
        size = np.where(some, np.where(begun, size + alpha * (sold - size), sold), size)
        gap = np.where(some, np.where(begun, gap + alpha * (waited - gap), waited), gap)
        waited = np.where(some, 1, waited + 1)
        begun |= some
        rates[:, week + 1] = np.where(begun, (1 - alpha / 2) * size / gap, 0)
    return rates


def fading(weekly: Floats, alpha: float = 0.1, beta: float = 0.05) -> Floats:
    """Teunter-Syntetos-Babai: the chance of a sale is updated each week, so what died fades.

    Source: Teunter, Syntetos & Babai (2011).
    """
    count, weeks = weekly.shape
    size, chance = np.zeros(count), np.zeros(count)
    begun, rates = np.zeros(count, dtype=bool), np.zeros((count, weeks + 1))
    for week in range(weeks):
        sold = weekly[:, week]
        some = sold > 0
        chance = np.where(begun, chance + beta * (some - chance), np.where(some, 1 / (week + 1), 0))
        size = np.where(some, np.where(begun, size + alpha * (sold - size), sold), size)
        begun |= some
        rates[:, week + 1] = size * chance
    return rates


def median_and_mean(weekly: Floats, span: int = 8) -> Floats:
    """Half the median, half the mean of the last `span` weeks: one large order moves it half."""
    rates = moving_average(weekly, span)
    for week in range(1, weekly.shape[1] + 1):
        last = np.median(weekly[:, max(0, week - span) : week], axis=1)
        rates[:, week] = (rates[:, week] + last) / 2
    return rates


def seasonal(weekly: Floats, horizon: int = SEASON) -> Floats:
    """What the same weeks sold a year ago; the last four weeks where there is no such year."""
    rates = moving_average(weekly, SEASON)
    for week in range(YEAR, weekly.shape[1] + 1):
        there = weekly[:, week - YEAR : min(week - YEAR + horizon, week)]
        rates[:, week] = there.mean(axis=1)
    return rates


SIMPLE: dict[str, tuple[str, Callable[[Floats], Floats]]] = {
    "moving_average": ("Eight-week moving average", moving_average),
    "smoothing_10": ("Exponential smoothing, slow", lambda weekly: exponential(weekly, 0.1)),
    "smoothing_20": ("Exponential smoothing, medium", lambda weekly: exponential(weekly, 0.2)),
    "smoothing_40": ("Exponential smoothing, fast", lambda weekly: exponential(weekly, 0.4)),
    "intermittent": ("Croston, corrected, for rare sales", intermittent),
    "fading": ("Chance of a sale times its size", fading),
    "median_and_mean": ("Half median, half mean of eight weeks", median_and_mean),
    "seasonal": ("Same weeks a year ago", seasonal),
}
