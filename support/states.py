"""Words of customer service: cases, messages and notices."""

from django.db.models import IntegerChoices, TextChoices


class CaseState(TextChoices):
    """Whose turn it is."""

    OPEN = "open", "Open"
    WAITING = "waiting", "Waiting for the customer"
    CLOSED = "closed", "Closed"


class Contact(TextChoices):
    """How the customer reached us."""

    EMAIL = "email", "E-mail"
    PHONE = "phone", "Phone"
    CHAT = "chat", "Chat"
    MARKETPLACE = "marketplace", "Marketplace"
    FORM = "form", "Contact form"


class Priority(IntegerChoices):
    LOW = 1, "Low"
    NORMAL = 2, "Normal"
    HIGH = 3, "High"
    URGENT = 4, "Urgent"


class Direction(TextChoices):
    INBOUND = "inbound", "From the customer"
    OUTBOUND = "outbound", "To the customer"
    NOTE = "note", "Internal note"


class NoticeKind(TextChoices):
    """What a mail to a customer is about."""

    CONFIRMED = "confirmed", "Order confirmed"
    SHIPPED = "shipped", "Shipped"
    DELIVERED = "delivered", "Delivered"
    REFUNDED = "refunded", "Refunded"
    REPLY = "reply", "Reply to a case"


class NoticeState(TextChoices):
    """How much we know of a mail's way."""

    WAITING = "waiting", "Waiting"
    IN_DOUBT = "in_doubt", "In doubt"
    SENT = "sent", "Sent"
    SKIPPED = "skipped", "Not sent"
    FAILED = "failed", "Refused"
