"""What happens in customer service. Ids only; no personal data."""

from core.events import Event, event


@event("case.opened", "Case opened.")
class CaseOpened(Event):
    case_id: int
    customer_id: int | None
    order_id: int | None


@event("case.linked", "Linked to a case.")
class CaseLinked(Event):
    case_id: int
    order_id: int


@event("case.assigned", "Case assigned.")
class CaseAssigned(Event):
    case_id: int
    user_id: int | None


@event("case.changed", "Case changed: {fields}.")
class CaseChanged(Event):
    case_id: int
    fields: list[str]


@event("case.message", "Message: {direction}.")
class CaseMessageAdded(Event):
    """The customer wrote, we answered, or a colleague left a note."""

    case_id: int
    message_id: int
    direction: str


@event("case.closed", "Case closed.")
class CaseClosed(Event):
    case_id: int
    order_id: int | None


@event("case.reopened", "Case opened again: {reason}.")
class CaseReopened(Event):
    case_id: int
    order_id: int | None
    reason: str


@event("notice.sent", "Mail sent: {kind}.")
class NoticeSent(Event):
    notice_id: int
    order_id: int | None
    kind: str


@event("notice.in_doubt", "Mail in doubt: {kind}.")
class NoticeInDoubt(Event):
    """It may have been sent; a person decides, it is never sent again by itself."""

    notice_id: int
    order_id: int | None
    kind: str


@event("notice.requested", "Mail to the customer: {kind}.")
class NoticeRequested(Event):
    """A mail is to be sent; nobody has asked the mail server yet."""

    notice_id: int
    order_id: int | None
    kind: str
