"""Fulfillment: how fast, how complete, how late."""

from kpis.metrics.base import Direction, How, Source, Unit, metric

metric(
    key="on_time_ship_rate",
    name="On-time ship rate",
    area="Fulfillment",
    formula="Orders fully shipped at or before their ship-by moment / orders whose ship-by moment "
    "fell in the period; what has not shipped is late.",
    note="Counted on the day the order was due: by the day it shipped, a backlog would not be "
    "seen. Orders cancelled before they were due do not count; imported past has no ship dates.",
    anchor="Ship by",
    sources=(Source.ORDERS, Source.CLOCK),
    tables="Orders",
    how=How.RATIO,
    unit=Unit.PERCENT,
    direction=Direction.UP,
    parts={"on_time": "On time", "late": "Shipped late", "unshipped": "Not shipped"},
    splits={"carrier": "carrier", "service": "service"},
)
metric(
    key="order_cycle_time",
    name="Order cycle time",
    area="Fulfillment",
    formula="Hours from order placed to first fully shipped: the median, and the 90th percentile, "
    "of the orders that shipped in the period.",
    note="Percentiles come from every order's own hours, never from daily percentiles. Orders "
    "still open are not in it: see the backlog. Orders that were held or reviewed are a part of "
    "their own.",
    anchor="Shipped",
    sources=(Source.ORDERS,),
    tables="Orders, holds, risk reviews",
    how=How.PERCENTILE,
    unit=Unit.HOURS,
    direction=Direction.DOWN,
    parts={"straight": "Never held", "held": "Held or reviewed"},
    label="Median",
    second="90th percentile",
    second_unit=Unit.HOURS,
    splits={"carrier": "carrier", "service": "service"},
)
metric(
    key="unit_fill_rate",
    name="Unit fill rate",
    area="Fulfillment",
    formula="Units shipped from stock in the order's first release / units ordered.",
    note="First pass, in units: what was short when the order came in stays unfilled, whatever is "
    "sent later. An order counts once its first release has left or its ship-by moment has passed.",
    anchor="Order placed",
    sources=(Source.ORDERS, Source.CLOCK),
    tables="Orders, fulfillment orders",
    how=How.RATIO,
    unit=Unit.PERCENT,
    direction=Direction.UP,
    splits={"category": "category_of_line"},
)
metric(
    key="open_backlog_age",
    name="Late open orders",
    area="Fulfillment",
    formula="Number of open orders past their ship-by moment, and the 90th percentile of how long "
    "they are past it.",
    note="A snapshot of the last moment of the day: never added up over days. What an order waits "
    "for is told of today only.",
    anchor="Close of the day; now, for today",
    sources=(Source.ORDERS, Source.BACKLOG, Source.CLOCK),
    tables="Orders",
    how=How.SNAPSHOT,
    unit=Unit.COUNT,
    direction=Direction.DOWN,
    label="Orders",
    second="90th percentile of age",
    second_unit=Unit.HOURS,
)
