"""Inventory: whether there is something to sell."""

from kpis.metrics.base import Direction, How, Source, Unit, metric

metric(
    key="stockout_rate",
    name="Stock-out rate",
    area="Inventory",
    formula="SKU-days with nothing available at the close of the day / SKU-days of active, listed "
    "SKUs, per warehouse that keeps them.",
    note="Discontinued and unlisted SKUs are out; a SKU counts from its first stock movement in "
    "the warehouse. Read from the stock ledger, so past days hold.",
    anchor="Close of the day; now, for today",
    sources=(Source.STOCK, Source.CLOCK),
    tables="Stock ledger, SKUs, listings",
    how=How.RATIO,
    unit=Unit.PERCENT,
    direction=Direction.DOWN,
    dimensions=("warehouse",),
)
