"""Tables of orders."""

from orders.models.customers import Address, Customer
from orders.models.fulfillment import (
    CancelledUnits,
    FulfillmentLine,
    FulfillmentOrder,
    OrderException,
)
from orders.models.imports import ImportedReturnLine, ImportLine, ImportProfile
from orders.models.orders import Clearance, Hold, Order, OrderCharge, OrderLine, PaymentEvent

__all__ = [
    "Address",
    "CancelledUnits",
    "Clearance",
    "Customer",
    "FulfillmentLine",
    "FulfillmentOrder",
    "Hold",
    "ImportLine",
    "ImportProfile",
    "ImportedReturnLine",
    "Order",
    "OrderCharge",
    "OrderException",
    "OrderLine",
    "PaymentEvent",
]
