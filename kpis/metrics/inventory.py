"""Inventory: whether there is something to sell, and whether the books are right."""

from inventory.states import CountWhy
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
metric(
    key="inventory_accuracy",
    name="Inventory record accuracy",
    area="Inventory",
    formula="SKUs counted of which there was what the books said / SKUs counted.",
    note="Per SKU, so that one too many here does not make up for one too few there. Without "
    "tolerance. What was counted again counts as it was found then.",
    anchor="Count posted",
    sources=(Source.COUNTS,),
    tables="Stock counts",
    how=How.RATIO,
    unit=Unit.PERCENT,
    direction=Direction.UP,
    parts=dict(CountWhy.choices),
    dimensions=("warehouse",),
    splits={"bin": "bin", "counter": "counter"},
)
