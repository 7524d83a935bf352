"""Demand as the methods see it: weeks back from an origin, and the single order lines."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
OPEN_ENOUGH, FILL_FROM = 4, 8  # days in stock a week must have to be scaled up; weeks to fill from
MOST_FILLED = 13  # weeks in a row; what is gone for longer is taken as it sells


@dataclass(frozen=True)
class History:
    """Demand of n series (a SKU in a warehouse) over w weeks, oldest first.

    `units` is (n, w). `series`, `week` and `size` are the order lines behind it: whose, when, how
    many units. `open_days` is (n, w): days of the week on which there was stock, 0 to 7.
    """

    units: Floats
    series: Ints
    week: Ints
    size: Floats
    open_days: Floats | None = None

    @property
    def count(self) -> int:
        return int(self.units.shape[0])

    @property
    def weeks(self) -> int:
        return int(self.units.shape[1])

    @property
    def censored(self) -> NDArray[np.bool_]:
        """Weeks with a day out of stock: what was sold is less than what was wanted."""
        if self.open_days is None:
            return np.zeros(self.units.shape, dtype=bool)
        return self.open_days < 7

    def until(self, origin: int) -> "History":
        """What was known before week `origin`."""
        known = self.week < origin
        return History(
            self.units[:, :origin],
            self.series[known],
            self.week[known],
            self.size[known],
            None if self.open_days is None else self.open_days[:, :origin],
        )

    def only(self, some: Ints) -> "History":
        """The history of some series, numbered anew in the order given (rising)."""
        place = np.full(self.count, -1)
        place[some] = np.arange(len(some))
        kept = place[self.series] >= 0
        return History(
            self.units[some],
            place[self.series[kept]],
            self.week[kept],
            self.size[kept],
            None if self.open_days is None else self.open_days[some],
        )

    def filled(self) -> Floats:
        """Units with stock-out weeks filled up, (n, w); never less than what was sold.

        A week with at least four open days is scaled to seven. With fewer, it becomes the mean of
        the eight (filled) weeks before it, for its own few days say next to nothing; but only for
        thirteen weeks on end, for nobody knows whether what has long been gone would sell.
        """
        if self.open_days is None or not self.censored.any():
            return self.units
        done, gone = self.units.copy(), np.zeros(self.count)
        for week in range(self.weeks):
            sold, days = self.units[:, week], self.open_days[:, week]
            scaled = sold * 7 / np.maximum(days, OPEN_ENOUGH)
            before = done[:, max(0, week - FILL_FROM) : week]
            usual = before.mean(axis=1) if before.shape[1] else sold
            gone = np.where(days < OPEN_ENOUGH, gone + 1, 0)
            guess = np.where(gone <= MOST_FILLED, np.maximum(sold, usual), sold)
            wanted = np.where(days >= OPEN_ENOUGH, scaled, guess)
            done[:, week] = np.where(days < 7, wanted, sold)
        return done


def history_of(
    series: Ints,
    week: Ints,
    size: Floats,
    *,
    count: int,
    weeks: int,
    open_days: Floats | None = None,
) -> History:
    """Make a History from order lines; lines outside the weeks are left out."""
    inside = (week >= 0) & (week < weeks)
    series, week, size = series[inside], week[inside], size[inside]
    order = np.lexsort((size, series))  # by series, then by size: what the caps below need
    series, week, size = series[order], week[order], size[order]
    units = np.bincount(series * weeks + week, weights=size, minlength=count * weeks)
    return History(units.reshape(count, weeks), series, week, size, open_days)
