"""Tables of inventory: catalog and stock."""

from inventory.models.catalog import (
    Channel,
    ChannelAccess,
    ChannelWarehouse,
    Listing,
    Product,
    Sku,
    Warehouse,
    WarehouseAccess,
)
from inventory.models.replenishment import Replenishment, ReplenishmentRule
from inventory.models.stock import Allocation, Bin, PushMark, StockLevel, StockMovement, StockPush

__all__ = [
    "Allocation",
    "Bin",
    "Channel",
    "ChannelAccess",
    "ChannelWarehouse",
    "Listing",
    "Product",
    "PushMark",
    "Replenishment",
    "ReplenishmentRule",
    "Sku",
    "StockLevel",
    "StockMovement",
    "StockPush",
    "Warehouse",
    "WarehouseAccess",
]
