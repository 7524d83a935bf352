"""Sales: what was ordered, and what of it stays."""

from kpis.metrics.base import Direction, How, Source, Unit, metric

KEPT = {"kept": "Not cancelled", "cancelled": "Cancelled since"}
LEDGER = {
    "sales": "Sales",
    "discounts": "Discounts",
    "cancelled": "Cancellations",
    "returns": "Returns",
}

metric(
    key="gross_sales",
    name="Gross sales",
    area="Sales",
    formula="Sum of unit price x units ordered over all lines of orders that are not tests, before "
    "discounts, returns, tax and shipping.",
    note="A cancelled order keeps its sale on the day it was placed and is shown apart; net sales "
    "book the reversal on the day of the cancellation. History is not deleted.",
    anchor="Order placed",
    sources=(Source.ORDERS,),
    tables="Orders",
    how=How.SUM,
    unit=Unit.MONEY,
    direction=Direction.UP,
    parts=KEPT,
    splits={"category": "category_of_order", "country": "country"},
)
metric(
    key="net_sales",
    name="Net sales",
    area="Sales",
    formula="Gross sales - discounts - cancellations - value of returned goods.",
    note="By the date of the entry: a return or a cancellation lowers the day on which it happens, "
    "not the day of the order. Net sales by cohort do the latter; the two differ by month.",
    anchor="Order placed, order cancelled, return refunded",
    sources=(Source.ORDERS, Source.RETURNS),
    tables="Orders, cancelled units, refunds of returns",
    how=How.SUM,
    unit=Unit.MONEY,
    direction=Direction.UP,
    parts=LEDGER,
    splits={"country": "country"},
)
metric(
    key="net_sales_cohort",
    name="Net sales by cohort",
    area="Sales",
    formula="Gross sales - discounts - cancellations - value of returned goods, all of the orders "
    "placed in the period.",
    note="By the date of the order: what comes back later lowers the day of the order. For what "
    "was booked in a period, see net sales.",
    anchor="Order placed",
    sources=(Source.ORDERS, Source.RETURNS),
    tables="Orders, cancelled units, refunds of returns",
    how=How.SUM,
    unit=Unit.MONEY,
    direction=Direction.UP,
    parts=LEDGER,
    mature_days=90,
    splits={"country": "country"},
)
metric(
    key="orders",
    name="Orders",
    area="Sales",
    formula="Number of orders that are not tests; cancelled ones counted, and shown apart.",
    note="Counted per order: joined to its lines, an order would count as often as it has lines.",
    anchor="Order placed",
    sources=(Source.ORDERS,),
    tables="Orders",
    how=How.SUM,
    unit=Unit.COUNT,
    direction=Direction.UP,
    parts=KEPT,
    splits={"country": "country"},
)
metric(
    key="aov",
    name="Average order value",
    area="Sales",
    formula="(Gross sales - discounts) / orders; without tax, shipping and later returns.",
    note="Sum over sum: the mean of daily averages would weigh a quiet day like a busy one.",
    anchor="Order placed",
    sources=(Source.ORDERS,),
    tables="Orders",
    how=How.RATIO,
    unit=Unit.MONEY,
    direction=Direction.UP,
    splits={"country": "country", "buyer": "buyer"},
)
