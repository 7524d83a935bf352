"""Page slots that inventory offers to downstream apps."""

from core.registry import Slot

sku_panels = Slot("SKU page")
