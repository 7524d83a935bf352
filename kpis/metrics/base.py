"""What a metric is: its definition in words, and the SQL that yields the rows behind it.

The SQL (kpis/sql/<key>.sql) yields one row per fact: kind, id, at, day, channel_id, warehouse_id,
part, num, den, value. Roll-ups add these rows up and the rows page lists them, so that a figure
and the rows behind it are the same by construction. A split cuts these rows further (by country,
say): too many to roll up, it is computed when it is asked for.
"""

from dataclasses import dataclass, field
from enum import StrEnum

AREAS = ("Sales", "Fulfillment", "Inventory", "Returns", "Fraud")  # as the board shows them


class How(StrEnum):
    """How the value of a period comes from its rows."""

    SUM = "sum"  # sum(num)
    RATIO = "ratio"  # sum(num) / sum(den): never a mean of daily ratios
    PERCENTILE = "percentile"  # over the raw values: never percentiles of percentiles
    SNAPSHOT = "snapshot"  # of the period's last day: never summed over days


class Unit(StrEnum):
    """What the value is counted in. Money is of the company's currency."""

    MONEY = "money"
    COUNT = "count"
    PERCENT = "percent"
    HOURS = "hours"


class Column(StrEnum):
    """The two that a row adds to a figure."""

    NUM = "num"
    DEN = "den"


class Direction(StrEnum):
    """Which way is better."""

    UP = "up"
    DOWN = "down"


class Source(StrEnum):
    """What can change a figure; events mark days by these."""

    ORDERS = "orders"
    RETURNS = "returns"
    RISK = "risk"
    STOCK = "stock"
    COUNTS = "counts"
    BACKLOG = "backlog"  # an order came in that was late on days that have closed
    CLOCK = "clock"  # the mere passing of time


@dataclass(frozen=True, kw_only=True)
class Metric:
    """One figure that the shop is steered by."""

    key: str
    name: str
    area: str
    formula: str  # in words
    note: str  # what is easily got wrong, and how it is done here
    anchor: str  # the moment that puts a row into a day
    sources: tuple[Source, ...]
    tables: str  # where the rows come from, in words
    how: How
    unit: Unit
    direction: Direction
    parts: dict[str, str] = field(default_factory=dict)  # code -> label
    second: str = ""  # label of a second value: the 90th percentile
    second_unit: Unit | None = None
    label: str = "Value"  # of the first value
    mature_days: int = 0  # younger days can still change much: shown as provisional
    dimensions: tuple[str, ...] = ("channel", "warehouse")
    splits: dict[str, str] = field(default_factory=dict)  # name -> its SQL in kpis/sql/splits
    base_part: str = ""  # of a ratio: the part that holds nothing but its denominator
    of_amounts: bool = False  # of a ratio: both columns are money

    @property
    def is_money(self) -> bool:
        return self.unit == Unit.MONEY

    @property
    def amounts(self) -> frozenset[Column]:
        """Which columns of a row are money; an average divides money by a count."""
        if self.of_amounts:
            return frozenset(Column)
        return frozenset({Column.NUM}) if self.is_money else frozenset()


METRICS: dict[str, Metric] = {}


def metric(**parts: object) -> Metric:
    """Define a metric under its key."""
    made = Metric(**parts)  # type: ignore[arg-type]
    if made.key in METRICS:
        raise RuntimeError(f"metric {made.key} is defined twice")
    METRICS[made.key] = made
    return made
