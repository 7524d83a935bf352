"""Words of risk: what a score leads to, and how far an order's risk is decided."""

from django.db.models import TextChoices


class Outcome(TextChoices):
    """What the points of one assessment lead to."""

    APPROVE = "approve", "Approve"
    REVIEW = "review", "Review"
    DECLINE = "decline", "Decline"


class RiskState(TextChoices):
    """Where an order's risk stands: by the score alone, or by a person."""

    APPROVED = "approved", "Approved by score"
    REVIEW = "review", "Waits for review"
    DECLINED = "declined", "Declined by score"
    ACCEPTED = "accepted", "Accepted by a person"
    REJECTED = "rejected", "Rejected by a person"
    LAPSED = "lapsed", "Cancelled before a decision"


BY_A_PERSON = (RiskState.ACCEPTED, RiskState.REJECTED)
REFUSED = (RiskState.DECLINED, RiskState.REJECTED)
SETTLED = (*BY_A_PERSON, RiskState.LAPSED)  # no score changes these
STATE_OF: dict[Outcome, RiskState] = {
    Outcome.APPROVE: RiskState.APPROVED,
    Outcome.REVIEW: RiskState.REVIEW,
    Outcome.DECLINE: RiskState.DECLINED,
}


class TraceKind(TextChoices):
    """By what two orders of different customers can be linked."""

    ADDRESS = "address", "Delivery address"
    EMAIL = "email", "E-mail"
    PHONE = "phone", "Phone"
