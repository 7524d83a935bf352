"""The value axis of a chart: round steps that a person can read."""

from dataclasses import dataclass
from math import ceil, floor, log10


@dataclass(frozen=True)
class Scale:
    """From `low` to `high`, with a tick at each round value."""

    low: float
    high: float
    ticks: tuple[float, ...]

    def share(self, value: float) -> float:
        """Where `value` lies: 0 at the bottom, 1 at the top."""
        return (float(value) - self.low) / (self.high - self.low)


def nice_scale(low: float, high: float, *, from_zero: bool = True, steps: int = 4) -> Scale:
    """Cover low to high in about `steps` steps of 1, 2, 2.5 or 5 times a power of ten."""
    low, high = float(low), float(high)
    if from_zero:
        low, high = min(low, 0.0), max(high, 0.0)
    if high == low:
        high = low + (abs(low) or 1.0)
    rough = (high - low) / steps
    size = 10.0 ** floor(log10(rough))
    step = next(size * times for times in (1, 2, 2.5, 5, 10) if size * times >= rough * 0.999)
    first, last = floor(low / step + 1e-9), ceil(high / step - 1e-9)
    ticks = tuple(round(at * step, 10) for at in range(first, last + 1))
    return Scale(ticks[0], ticks[-1], ticks)
