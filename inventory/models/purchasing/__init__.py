"""Tables of purchasing: vendors, what they sell us, orders to them, what came in and its cost."""

from inventory.models.purchasing.bills import Bill, BillLimit, BillLine
from inventory.models.purchasing.budgets import Budget, CostCenter
from inventory.models.purchasing.costs import (
    CostEntry,
    CostLayer,
    ExchangeRate,
    LandedCost,
    LandedShare,
    StockCost,
)
from inventory.models.purchasing.disputes import Dispute, Evidence, ImprovementPlan
from inventory.models.purchasing.orders import (
    PurchaseLimit,
    PurchaseLine,
    PurchaseOrder,
    VendorMail,
)
from inventory.models.purchasing.preorders import Preorder, PreorderOffer
from inventory.models.purchasing.receipts import ParkedGoods, Receipt, ReceiptLine
from inventory.models.purchasing.vendors import PriceTier, SupplierProduct, Vendor, VendorContact

__all__ = [
    "Bill",
    "BillLimit",
    "BillLine",
    "Budget",
    "CostCenter",
    "CostEntry",
    "CostLayer",
    "Dispute",
    "Evidence",
    "ExchangeRate",
    "ImprovementPlan",
    "LandedCost",
    "LandedShare",
    "ParkedGoods",
    "Preorder",
    "PreorderOffer",
    "PriceTier",
    "PurchaseLimit",
    "PurchaseLine",
    "PurchaseOrder",
    "Receipt",
    "ReceiptLine",
    "StockCost",
    "SupplierProduct",
    "Vendor",
    "VendorContact",
    "VendorMail",
]
