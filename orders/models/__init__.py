"""Tables of orders."""

from orders.models.customers import Address, Customer
from orders.models.fulfillment import FulfillmentLine, FulfillmentOrder, OrderException
from orders.models.imports import ImportProfile
from orders.models.orders import Clearance, Hold, Order, OrderCharge, OrderLine, PaymentEvent

__all__ = [
    "Address",
    "Clearance",
    "Customer",
    "FulfillmentLine",
    "FulfillmentOrder",
    "Hold",
    "ImportProfile",
    "Order",
    "OrderCharge",
    "OrderException",
    "OrderLine",
    "PaymentEvent",
]
