"""The life of a return, of a refund and of a capture."""

from django.db.models import TextChoices


class RmaStatus(TextChoices):
    """How far a return authorization is; the goods' way back."""

    REQUESTED = "requested", "Requested"
    APPROVED = "approved", "Approved"
    RECEIVED = "received", "Received"
    INSPECTED = "inspected", "Inspected"
    CLOSED = "closed", "Closed"
    REJECTED = "rejected", "Rejected"
    CANCELLED = "cancelled", "Cancelled"


MOVES: dict[RmaStatus, frozenset[RmaStatus]] = {
    RmaStatus.REQUESTED: frozenset({RmaStatus.APPROVED, RmaStatus.REJECTED, RmaStatus.CANCELLED}),
    RmaStatus.APPROVED: frozenset({RmaStatus.RECEIVED, RmaStatus.CANCELLED}),
    RmaStatus.RECEIVED: frozenset({RmaStatus.INSPECTED}),
    RmaStatus.INSPECTED: frozenset({RmaStatus.CLOSED}),
    RmaStatus.CLOSED: frozenset(),
    RmaStatus.REJECTED: frozenset(),
    RmaStatus.CANCELLED: frozenset(),
}
OVER = (RmaStatus.REJECTED, RmaStatus.CANCELLED)  # they hold no units any more


class ReturnReason(TextChoices):
    """Why the customer sends it back."""

    CHANGED_MIND = "changed_mind", "Changed their mind"
    DAMAGED = "damaged", "Arrived damaged"
    DEFECTIVE = "defective", "Does not work"
    WRONG_ITEM = "wrong_item", "Wrong item sent"
    NOT_AS_DESCRIBED = "not_as_described", "Not as described"
    LATE = "late", "Arrived too late"
    UNDELIVERED = "undelivered", "Came back undelivered"
    UNKNOWN = "unknown", "Not stated"


class Grade(TextChoices):
    """In which condition a unit came back."""

    A = "A", "A: as new"
    B = "B", "B: opened"
    C = "C", "C: used"
    D = "D", "D: broken"


class Disposition(TextChoices):
    """What becomes of a unit that came back."""

    RESTOCK = "restock", "Restock"
    QUARANTINE = "quarantine", "Quarantine"
    SCRAP = "scrap", "Scrap"


USUAL = {  # where units of a grade go unless somebody says otherwise
    Grade.A: Disposition.RESTOCK,
    Grade.B: Disposition.QUARANTINE,
    Grade.C: Disposition.QUARANTINE,
    Grade.D: Disposition.SCRAP,
}


class RefundKind(TextChoices):
    """What the money is given back for."""

    RETURN = "return", "Return"
    GOODWILL = "goodwill", "Goodwill"
    CANCELLATION = "cancellation", "Cancellation"
    LOST = "lost", "Lost parcel"


class RefundState(TextChoices):
    """How much we know of the gateway's answer."""

    WAITING = "waiting", "Waiting"
    IN_DOUBT = "in_doubt", "In doubt"
    DONE = "done", "Refunded"
    FAILED = "failed", "Refused by the gateway"
    WITHDRAWN = "withdrawn", "Withdrawn"


COMMITTED = (RefundState.WAITING, RefundState.IN_DOUBT)  # promised, not in the ledger yet


class CaptureState(TextChoices):
    """How much we know of the gateway's answer to a capture."""

    WAITING = "waiting", "Waiting"
    IN_DOUBT = "in_doubt", "In doubt"
    DONE = "done", "Captured"
    FAILED = "failed", "Refused by the gateway"
    WITHDRAWN = "withdrawn", "Withdrawn"


CAPTURE_COMMITTED = (CaptureState.WAITING, CaptureState.IN_DOUBT)
CAPTURE_OPEN = (*CAPTURE_COMMITTED, CaptureState.FAILED)  # the next one joins it
