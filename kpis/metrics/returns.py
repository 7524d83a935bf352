"""Returns: what comes back, in units and in money."""

from kpis.metrics.base import Direction, How, Source, Unit, metric

metric(
    key="return_rate_units",
    name="Return rate",
    area="Returns",
    formula="Units of the period's orders that came back within 90 days of the order / units sold "
    "in these orders.",
    note="By sales cohort: returns of a month over sales of that month mislead when sales grow. "
    "Days younger than 90 days can still rise and are provisional.",
    anchor="Order placed",
    sources=(Source.ORDERS, Source.RETURNS),
    tables="Order lines, returns received",
    how=How.RATIO,
    unit=Unit.PERCENT,
    direction=Direction.DOWN,
    mature_days=90,
)
metric(
    key="refund_value_rate",
    name="Refund value rate",
    area="Returns",
    formula="Money refunded / net sales, both of the orders placed in the period.",
    note="By sales cohort. Goodwill without a return is in it, and split; store credit is not.",
    anchor="Order placed",
    sources=(Source.ORDERS, Source.RETURNS),
    tables="Orders, refunds",
    how=How.RATIO,
    unit=Unit.PERCENT,
    direction=Direction.DOWN,
    parts={
        "return": "Returns",
        "goodwill": "Goodwill",
        "cancellation": "Cancellations",
        "lost": "Lost parcels",
        "net_sales": "Net sales (denominator)",
    },
    base_part="net_sales",
    of_amounts=True,
    mature_days=90,
)
