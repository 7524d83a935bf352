"""What happens to preorder offers."""

from core.events import Event, event


@event("preorder.opened", "{cap} may be preordered until {ends_on}, from {order}.")
class PreorderOpened(Event):
    """Units of an order to a vendor are sold before they come in."""

    preorder_offer_id: int
    sku_id: int
    purchase_order_id: int
    cap: int
    ends_on: str  # ISO day
    order: str  # its number


@event("preorder.changed", "Changed: {what}.")
class PreorderChanged(Event):
    """Cap, end or order to a vendor; `what` says each with what it was before."""

    preorder_offer_id: int
    sku_id: int
    what: str


@event("preorder.ended", "No more preorders: {reason}.")
class PreorderEnded(Event):
    """Ended early; what was sold is kept."""

    preorder_offer_id: int
    sku_id: int
    reason: str


@event("preorder.filled", "{units} preordered units came in.")
class PreorderFilled(Event):
    """They are promised to the preorders of the offer, the oldest first."""

    preorder_offer_id: int
    sku_id: int
    purchase_order_id: int
    units: int
