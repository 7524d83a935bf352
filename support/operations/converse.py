"""Write on a case: the customer, an answer to them, a note among colleagues."""

from core import clock
from core.mentions import audience_of
from core.models import NotificationKind
from core.notifications import tell
from core.operations import lock, operation
from support.errors import CaseIsClosed, NoAddress
from support.models import Case, CaseMessage
from support.operations.close_case import close_case
from support.operations.notify import plan_reply
from support.operations.open_case import MessageIn, add_message
from support.promises import add_waiting, set_due
from support.states import CaseState, Direction
from support.turns import open_again, save


@operation(permission="support.receive_message")
def receive_message(case_id: int, *, message: MessageIn) -> CaseMessage:
    """Take in what the customer wrote; a closed case opens again.

    What was promised is put off by the time in which the case waited for them. The same
    external id twice changes nothing. Publishes case.message, case.reopened.
    """
    case = lock(Case, case_id)
    if message.external_id:
        known = case.messages.filter(external_id=message.external_id[:200]).first()
        if known is not None:
            return known
    if case.state == CaseState.CLOSED:
        open_again(case, "The customer wrote again.")
    now = clock.now()
    if case.state == CaseState.WAITING:
        add_waiting(case, now)
    case.state = CaseState.OPEN
    case.last_message_at = now
    save(case)
    return add_message(case, Direction.INBOUND, message)


@operation(permission="support.reply_case")
def reply_case(case_id: int, *, body: str, close: bool = False) -> CaseMessage:
    """Answer the customer by mail, once; the case waits for them, or is closed.

    Raises CaseIsClosed, NoAddress. Publishes case.message, case.closed.
    """
    case = lock(Case, case_id)
    if case.state == CaseState.CLOSED:
        raise CaseIsClosed(number=case.number)
    if not case.sender:
        raise NoAddress(number=case.number)
    now = clock.now()
    case.last_message_at, case.state = now, CaseState.WAITING
    if case.first_response_at is None:
        case.first_response_at = now
        set_due(case)
    save(case)
    message = add_message(case, Direction.OUTBOUND, MessageIn(body=body))
    plan_reply(case, message)
    if close:
        close_case(case_id, resolution="Answered")
    return message


@operation(permission="support.add_note")
def add_case_note(case_id: int, *, body: str) -> CaseMessage:
    """Leave a note that only colleagues see, and tell whom it mentions ("@Ana").

    `audience` of the message says who was told. Publishes case.message.
    """
    case = lock(Case, case_id)
    message = add_message(case, Direction.NOTE, MessageIn(body=body))
    about = f"case:{case.pk}"
    message.audience = audience_of(message.body, about)
    key = f"casemessage:{message.pk}"
    tell(message.audience.ids, NotificationKind.MENTION, about, key=key)
    return message
