"""The life of an order. Status is guarded; how far it is paid, shipped and returned is derived."""

from django.db.models import TextChoices


class OrderStatus(TextChoices):
    OPEN = "open", "Open"
    CLOSED = "closed", "Closed"
    CANCELLED = "cancelled", "Cancelled"


MOVES: dict[OrderStatus, frozenset[OrderStatus]] = {
    OrderStatus.OPEN: frozenset({OrderStatus.CLOSED, OrderStatus.CANCELLED}),
    OrderStatus.CLOSED: frozenset({OrderStatus.OPEN}),  # a return or an exchange opens it again
    OrderStatus.CANCELLED: frozenset(),
}


class PaymentStatus(TextChoices):
    """Derived from the payment events."""

    UNPAID = "unpaid", "Unpaid"
    AUTHORIZED = "authorized", "Authorized"
    PAID = "paid", "Paid"
    PART_REFUNDED = "part_refunded", "Partly refunded"
    REFUNDED = "refunded", "Refunded"
    CHARGEBACK = "chargeback", "Charged back"


class FulfillmentStatus(TextChoices):
    """Derived from the fulfillment orders."""

    NONE = "none", "Not released"
    RELEASED = "released", "Released"
    PARTLY_SHIPPED = "partly_shipped", "Partly shipped"
    SHIPPED = "shipped", "Shipped"
    DELIVERED = "delivered", "Delivered"
    LOST = "lost", "Lost"  # all that left was lost, and nothing more is to be sent


class ReturnStatus(TextChoices):
    """Derived from the returns, by the returns app through an order operation."""

    NONE = "none", "None"
    REQUESTED = "requested", "Requested"
    PARTLY = "partly", "Partly returned"
    RETURNED = "returned", "Returned"


class Gate(TextChoices):
    """What an order must pass before it may be released."""

    PAYMENT = "payment", "Payment"
    ADDRESS = "address", "Address"
    RISK = "risk", "Risk"


class ClearanceState(TextChoices):
    PENDING = "pending", "Pending"
    CLEARED = "cleared", "Cleared"
    REFUSED = "refused", "Refused"


class PaymentKind(TextChoices):
    AUTHORIZED = "authorized", "Authorized"
    CAPTURED = "captured", "Captured"
    REFUNDED = "refunded", "Refunded"
    FAILED = "failed", "Failed"
    VOIDED = "voided", "Voided"
    CHARGEBACK = "chargeback", "Charged back"


class FulfillmentOrderStatus(TextChoices):
    """The work of one warehouse for one order."""

    OPEN = "open", "Open"
    PICKING = "picking", "Picking"
    PICKED = "picked", "Picked"
    PACKED = "packed", "Packed"
    SHIPPED = "shipped", "Shipped"
    DELIVERED = "delivered", "Delivered"
    LOST = "lost", "Lost"
    CANCELLED = "cancelled", "Cancelled"


FULFILLMENT_MOVES: dict[FulfillmentOrderStatus, frozenset[FulfillmentOrderStatus]] = {
    FulfillmentOrderStatus.OPEN: frozenset(
        {FulfillmentOrderStatus.PICKING, FulfillmentOrderStatus.CANCELLED}
    ),
    FulfillmentOrderStatus.PICKING: frozenset(
        {
            FulfillmentOrderStatus.OPEN,
            FulfillmentOrderStatus.PICKED,
            FulfillmentOrderStatus.CANCELLED,
        }
    ),
    FulfillmentOrderStatus.PICKED: frozenset(
        {FulfillmentOrderStatus.PACKED, FulfillmentOrderStatus.CANCELLED}
    ),
    FulfillmentOrderStatus.PACKED: frozenset(
        {FulfillmentOrderStatus.SHIPPED, FulfillmentOrderStatus.CANCELLED}
    ),
    FulfillmentOrderStatus.SHIPPED: frozenset(
        {FulfillmentOrderStatus.DELIVERED, FulfillmentOrderStatus.LOST}
    ),
    FulfillmentOrderStatus.DELIVERED: frozenset(),
    FulfillmentOrderStatus.LOST: frozenset(),
    FulfillmentOrderStatus.CANCELLED: frozenset(),
}

IN_THE_HOUSE = (
    FulfillmentOrderStatus.OPEN,
    FulfillmentOrderStatus.PICKING,
    FulfillmentOrderStatus.PICKED,
    FulfillmentOrderStatus.PACKED,
)


class HoldKind(TextChoices):
    MANUAL = "manual", "Held by hand"
    CUSTOMER = "customer", "Customer asked"
    ADDRESS = "address", "Address question"
    STOCK = "stock", "Stock question"
    RISK = "risk", "Risk"
    OTHER = "other", "Other"


class ExceptionKind(TextChoices):
    OVERSOLD = "oversold", "Oversold"
    UNKNOWN_SKU = "unknown_sku", "Unknown SKU"
    BAD_ADDRESS = "bad_address", "Bad address"
    PAYMENT_FAILED = "payment_failed", "Payment failed"
    CAPTURE_FAILED = "capture_failed", "Capture failed"
    OVERPAID = "overpaid", "Overpaid"
    RISK_REFUSED = "risk_refused", "Refused for risk"
    CARRIER_FAILED = "carrier_failed", "Carrier failed"
    LOST_PARCEL = "lost_parcel", "Parcel lost"
    SHORT_PICK = "short_pick", "Short pick"
    CARD_NUMBER = "card_number", "Card number"
    IMPORT = "import", "Import"
    OTHER = "other", "Other"


class ChargeKind(TextChoices):
    SHIPPING = "shipping", "Shipping"
    DISCOUNT = "discount", "Discount"
    FEE = "fee", "Fee"
    ADJUSTMENT = "adjustment", "Adjustment"
