"""Mails to customers: the intent first, once per thing; then what became of it."""

from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import F, Q

from core import clock
from core.errors import NotThere
from core.events import publish
from core.ids import new_public_id
from core.operations import lock, operation
from orders.models import Order
from support.errors import NoticeNotInDoubt
from support.events import NoticeInDoubt, NoticeRequested, NoticeSent
from support.models import Case, CaseMessage, Notice, NoticeTemplate
from support.states import NoticeKind, NoticeState
from support.templating import filled, filled_subject

NOBODY = "customer"  # how we address somebody whose name we do not know: "Dear customer,"


@operation(permission="support.send_notice")
def plan_notice(
    kind: str, *, about: str, order_id: int, values: Mapping[str, str]
) -> Notice | None:
    """Decide that the customer of an order is told of `about` ("order:7"), once ever.

    None when they were told already, when the order is imported past or when the
    shop sends no such mail. Without an address the notice is kept as not sent.
    Publishes notice.requested.
    """
    order = Order.objects.select_related("customer", "channel").filter(pk=order_id).first()
    if order is None:
        raise NotThere(kind="order")
    template = template_for(kind, order.channel_id)
    if order.historical or template is None:
        return None
    everywhere = {
        "customer_name": order.customer.name.strip() or NOBODY,
        "shop_name": order.channel.name,
        "order_number": order.number,
        "order_total": order.total.shown(),
    }
    words = {**everywhere, **values}
    notice = Notice(
        kind=kind,
        about=about,
        channel_id=order.channel_id,
        order=order,
        customer_id=order.customer_id,
        to=order.customer.email,
        subject=filled_subject(template.subject, words),
        body=filled(template.body, words),
    )
    return _planned(notice)


def plan_reply(case: Case, message: CaseMessage) -> Notice | None:
    """The mail that carries an answer; called inside the operation that answers."""
    template = template_for(NoticeKind.REPLY, case.channel_id)
    words = {
        "customer_name": (case.customer.name.strip() if case.customer else "") or NOBODY,
        "shop_name": case.channel.name,
        "case_number": case.number,
        "case_subject": case.subject,
        "reply": message.body,
    }
    subject = template.subject if template else "{case_subject} [{case_number}]"
    notice = Notice(
        kind=NoticeKind.REPLY,
        about=f"case_message:{message.pk}",
        channel_id=case.channel_id,
        customer_id=case.customer_id,
        case=case,
        message=message,
        to=case.sender,
        subject=filled_subject(subject, words),
        body=filled(template.body if template else "{reply}", words),
    )
    return _planned(notice)


def template_for(kind: str, channel_id: int) -> NoticeTemplate | None:
    """The channel's own words, else the general ones; None when such mails are off."""
    found = NoticeTemplate.objects.filter(Q(channel_id=channel_id) | Q(channel=None), kind=kind)
    template = found.order_by(F("channel_id").asc(nulls_last=True)).first()
    return template if template and template.active else None


@operation(permission="support.send_notice")
def doubt_notice(notice_id: int) -> Notice:
    """Note that the mail is being handed over: until the server has answered, nobody knows.

    Raises NoticeNotInDoubt unless it waits.
    """
    notice = _in_state(notice_id, NoticeState.WAITING)
    notice.state, notice.asked_at = NoticeState.IN_DOUBT, clock.now()
    notice.attempts = F("attempts") + 1
    notice.save(update_fields=["state", "asked_at", "attempts"])
    return notice


@operation(permission="support.send_notice")
def record_notice(notice_id: int) -> Notice:
    """The mail server has taken it. Harmless to repeat. Publishes notice.sent."""
    notice = lock(Notice, notice_id)
    if notice.state == NoticeState.SENT:
        return notice
    notice.state, notice.sent_at, notice.last_error = NoticeState.SENT, clock.now(), ""
    notice.save(update_fields=["state", "sent_at", "last_error"])
    publish(NoticeSent(notice_id=notice.pk, order_id=notice.order_id, kind=notice.kind))
    return notice


@operation(permission="support.send_notice")
def fail_notice(notice_id: int, *, why: str, again: bool) -> Notice:
    """The mail server has said no, for sure: not sent. `again`: only for now."""
    notice = _in_state(notice_id, NoticeState.IN_DOUBT)
    notice.state = NoticeState.WAITING if again else NoticeState.FAILED
    notice.last_error = why[:300]
    notice.save(update_fields=["state", "last_error"])
    return notice


@operation(permission="support.send_notice")
def leave_in_doubt(notice_id: int, *, why: str) -> Notice:
    """No answer: it may have been sent. It is not sent again until a person says so.

    Publishes notice.in_doubt.
    """
    notice = _in_state(notice_id, NoticeState.IN_DOUBT)
    notice.last_error = why[:300]
    notice.save(update_fields=["last_error"])
    publish(NoticeInDoubt(notice_id=notice.pk, order_id=notice.order_id, kind=notice.kind))
    return notice


@operation(permission="support.decide_notice")
def settle_notice(notice_id: int, *, arrived: bool) -> Notice:
    """A person has found out: the mail has arrived, or it is to be sent (again).

    Raises NoticeNotInDoubt. Publishes notice.sent or notice.requested.
    """
    notice = lock(Notice, notice_id)
    if notice.state not in (NoticeState.IN_DOUBT, NoticeState.FAILED):
        raise NoticeNotInDoubt(state=notice.get_state_display().lower())
    if arrived:
        return record_notice(notice_id)
    notice.state, notice.last_error = NoticeState.WAITING, ""
    notice.save(update_fields=["state", "last_error"])
    publish(NoticeRequested(notice_id=notice.pk, order_id=notice.order_id, kind=notice.kind))
    return notice


def _planned(notice: Notice) -> Notice | None:
    """Write the intent, once per kind and thing; None when it was there already."""
    notice.public_id = new_public_id()
    notice.mail_id = f"<{notice.public_id}@notices.opsmgr>"
    notice.created_at = clock.now()
    if not _deliverable(notice.to):
        notice.state = NoticeState.SKIPPED
        notice.last_error = "The customer has no e-mail address that mail can go to."
    Notice.objects.bulk_create([notice], ignore_conflicts=True)
    mine = Notice.objects.filter(public_id=notice.public_id).values_list("pk", flat=True).first()
    if mine is None:
        return None
    notice.pk = mine
    if notice.state == NoticeState.WAITING:
        publish(NoticeRequested(notice_id=mine, order_id=notice.order_id, kind=notice.kind))
    return notice


def _deliverable(address: str) -> bool:
    try:
        validate_email(address)
    except ValidationError:
        return False
    return True


def _in_state(notice_id: int, state: NoticeState) -> Notice:
    notice = lock(Notice, notice_id)
    if notice.state != state:
        raise NoticeNotInDoubt(state=notice.get_state_display().lower())
    return notice
