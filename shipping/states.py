"""Words of shipping: how far a parcel, its label and a pick list are; what carriers report."""

from django.db.models import TextChoices


class ParcelState(TextChoices):
    """From the packing bench to the customer's door."""

    DRAFT = "draft", "Packed"
    IN_DOUBT = "in_doubt", "Label in doubt"
    LABELLED = "labelled", "Labelled"
    HANDED_OVER = "handed_over", "Handed over"
    IN_TRANSIT = "in_transit", "In transit"
    DELIVERED = "delivered", "Delivered"
    LOST = "lost", "Lost"
    RETURNED = "returned", "Returned to sender"
    CANCELLED = "cancelled", "Cancelled"


_ON_THE_WAY = frozenset(
    {ParcelState.IN_TRANSIT, ParcelState.DELIVERED, ParcelState.LOST, ParcelState.RETURNED}
)
PARCEL_MOVES: dict[ParcelState, frozenset[ParcelState]] = {
    ParcelState.DRAFT: frozenset(
        {ParcelState.IN_DOUBT, ParcelState.LABELLED, ParcelState.CANCELLED}
    ),
    ParcelState.IN_DOUBT: frozenset(
        {ParcelState.DRAFT, ParcelState.LABELLED, ParcelState.CANCELLED}
    ),
    ParcelState.LABELLED: frozenset(
        {ParcelState.DRAFT, ParcelState.HANDED_OVER, ParcelState.CANCELLED}
    ),
    ParcelState.HANDED_OVER: _ON_THE_WAY,
    ParcelState.IN_TRANSIT: _ON_THE_WAY,
    ParcelState.LOST: _ON_THE_WAY,  # what was lost is sometimes found
    ParcelState.DELIVERED: frozenset({ParcelState.RETURNED}),
    ParcelState.RETURNED: frozenset(),
    ParcelState.CANCELLED: frozenset(),
}
AT_THE_BENCH = frozenset({ParcelState.DRAFT, ParcelState.IN_DOUBT, ParcelState.LABELLED})
HAS_LEFT = frozenset({ParcelState.HANDED_OVER}) | _ON_THE_WAY


class LabelState(TextChoices):
    """What we know of a purchase: intent, asked and not yet heard, bought."""

    REQUESTED = "requested", "Requested"
    IN_DOUBT = "in_doubt", "In doubt"
    BOUGHT = "bought", "Bought"
    FAILED = "failed", "Refused by the carrier"
    VOIDING = "voiding", "To be voided"
    VOID = "void", "Voided"


class PickState(TextChoices):
    OPEN = "open", "Open"
    DONE = "done", "Done"


class Level(TextChoices):
    """The promise a service can keep; an order asks for one of these."""

    ECONOMY = "economy", "Economy"
    STANDARD = "standard", "Standard"
    EXPRESS = "express", "Express"


LEVEL_RANK: dict[str, int] = {Level.ECONOMY: 0, Level.STANDARD: 1, Level.EXPRESS: 2}


class TrackingCode(TextChoices):
    """What carriers report, in one vocabulary; `unknown` is kept and shown, and moves nothing."""

    ACCEPTED = "accepted", "Accepted by the carrier"
    IN_TRANSIT = "in_transit", "In transit"
    OUT_FOR_DELIVERY = "out_for_delivery", "Out for delivery"
    DELIVERED = "delivered", "Delivered"
    EXCEPTION_ADDRESS = "exception_address", "Address problem"
    FAILED_ATTEMPT = "failed_attempt", "Delivery attempt failed"
    LOST = "lost", "Lost"
    DAMAGED = "damaged", "Damaged"
    CUSTOMS = "customs", "In customs"
    RETURNED = "returned", "Returned to sender"
    UNKNOWN = "unknown", "Other"
