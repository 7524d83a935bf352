"""What happens to orders. Ids only; no personal data."""

from core.events import Event, event


@event("order.placed", "Placed on its channel.")
class OrderPlaced(Event):
    """A channel order was taken in, for the first time."""

    order_id: int
    channel_id: int
    customer_id: int
    sku_ids: list[int]


@event("order.preordered", "{units} units preordered, expected on {day}.")
class OrderPreordered(Event):
    """Units that are not there were sold from what vendors are to deliver."""

    order_id: int
    units: int
    day: str  # ISO; the last of them


@event("order.cleared", "{gate} cleared.")
class OrderCleared(Event):
    """One gate was passed."""

    order_id: int
    gate: str


@event("order.refused", "{gate} refused.")
class OrderRefused(Event):
    """One gate was not passed; a person decides what becomes of the order."""

    order_id: int
    gate: str


@event("order.held", "Held: {kind}.")
class OrderHeld(Event):
    order_id: int
    hold_id: int
    kind: str


@event("order.resumed", "Hold released.")
class OrderResumed(Event):
    order_id: int
    hold_id: int


@event("order.released", "Released to the warehouse.")
class OrderReleased(Event):
    """The gate is passed; the fulfillment order is the warehouse's to do."""

    order_id: int
    fulfillment_id: int
    warehouse_id: int


@event("order.cancelled", "Cancelled: {reason}.")
class OrderCancelled(Event):
    order_id: int
    reason: str
    sku_ids: list[int]


@event("order.units_cancelled", "{units} missing units cancelled: {reason}.")
class OrderUnitsCancelled(Event):
    """Units that nobody could send were given up; the rest of the order goes on."""

    order_id: int
    units: int
    reason: str
    sku_ids: list[int]


@event("order.units_lost", "{units} units lost on the way; {remedy}.")
class OrderUnitsLost(Event):
    """What a carrier lost was written off: it is sent again, or given up."""

    order_id: int
    fulfillment_id: int
    units: int
    remedy: str
    sku_ids: list[int]


@event("order.promised", "Stock promised from a warehouse.")
class OrderPromised(Event):
    """Stock that was short or elsewhere is promised now."""

    order_id: int
    warehouse_id: int
    sku_ids: list[int]


@event("fulfillment.shipped", "Shipped.")
class FulfillmentShipped(Event):
    """Parcels of this fulfillment order have left the warehouse."""

    order_id: int
    fulfillment_id: int
    warehouse_id: int
    sku_ids: list[int]


@event("fulfillment.cancelled", "Fulfillment order cancelled.")
class FulfillmentCancelled(Event):
    order_id: int
    fulfillment_id: int


@event("order.shipped", "Fully shipped.")
class OrderShipped(Event):
    order_id: int


@event("order.delivered", "Delivered.")
class OrderDelivered(Event):
    """The last parcel has arrived."""

    order_id: int


@event("order.closed", "Closed.")
class OrderClosed(Event):
    order_id: int


@event("order.reopened", "Opened again: {reason}.")
class OrderReopened(Event):
    order_id: int
    reason: str


@event("payment.recorded", "Payment {kind}.")
class PaymentRecorded(Event):
    order_id: int
    payment_id: int
    kind: str


@event("exception.raised", "Exception: {kind}.")
class ExceptionRaised(Event):
    order_id: int | None
    exception_id: int
    kind: str


@event("exception.resolved", "Exception resolved.")
class ExceptionResolved(Event):
    order_id: int | None
    exception_id: int


@event("order.address_changed", "Delivery address changed.")
class OrderAddressChanged(Event):
    order_id: int


@event("returns.read", "Credits read from a file.")
class CreditsRead(Event):
    """Credit lines of a file wait for returns to match them (ImportedReturnLine)."""

    batch_id: int
    channel_id: int


@event("order.imported", "Imported.")
class OrdersImported(Event):
    """A batch of (mostly historical) orders came in set-based; days are business days, ISO."""

    batch_id: int
    channel_id: int
    days: list[str]


@event("import_profile.changed", "Changed: {what}.")
class ImportProfileChanged(Event):
    """How files are read, from now on; `what` says each change with what it was before."""

    import_profile_id: int
    what: str
