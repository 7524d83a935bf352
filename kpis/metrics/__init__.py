"""The metrics: one file per area. To add one: copy an entry, write its facts in kpis/sql/."""

from kpis.metrics import fraud, fulfillment, inventory, returns, sales
from kpis.metrics.base import METRICS, Metric

__all__ = ["METRICS", "Metric", "fraud", "fulfillment", "inventory", "returns", "sales"]
