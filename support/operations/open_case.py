"""Open a case: what a customer wants, on which order, from which side."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models.functions import Now

from core import clock
from core.actor import current_actor
from core.cards import mask_cards
from core.errors import BadValue, NotThere
from core.events import publish
from core.operations import operation, require_reach
from inventory.models import Channel
from orders.models import Customer, Order
from support.errors import NotTheSameCustomer
from support.events import CaseLinked, CaseMessageAdded, CaseOpened
from support.models import Case, CaseMessage, CaseOrder
from support.numbers import next_case_number
from support.promises import set_due
from support.states import Contact, Direction, Priority


@dataclass(frozen=True, kw_only=True)
class MessageIn:
    """A first or further message of the customer."""

    body: str
    sender: str = ""  # e-mail it came from
    external_id: str = ""  # Message-ID, or the other side's own id


@operation(permission="support.open_case")
def open_case(  # noqa: PLR0913 - a case has these parts
    channel_id: int,
    *,
    subject: str,
    message: MessageIn | None = None,
    contact: str = Contact.EMAIL,
    customer_id: int | None = None,
    order_ids: Sequence[int] = (),
    priority: int = Priority.NORMAL,
    assignee_id: int | None = None,
) -> Case:
    """Open a case with the customer's first words; its clock starts now.

    Without a customer, the one of the first order is taken. Raises BadValue,
    NotTheSameCustomer. Publishes case.opened, case.linked, case.message.
    """
    require_reach("channel", channel_id=channel_id)
    if not Channel.objects.filter(pk=channel_id).exists():
        raise NotThere(kind="channel")
    subject, _ = mask_cards(" ".join(subject.split())[:200])
    _check(subject, contact, priority)
    orders = _orders(order_ids, channel_id)
    if customer_id is None and orders:
        customer_id = orders[0].customer_id
    for order in orders:
        if order.customer_id != customer_id:
            raise NotTheSameCustomer(field="orders", order=order.number)
    customer = Customer.objects.filter(pk=customer_id).first() if customer_id else None
    if customer_id and customer is None:
        raise NotThere(kind="customer")
    sender = message.sender if message and message.sender else (customer.email if customer else "")
    now = clock.now()
    case = Case(
        number=next_case_number(),
        subject=subject,
        channel_id=channel_id,
        contact=contact,
        customer=customer,
        sender=sender[:254],
        priority=priority,
        assignee_id=assignee_id,
        opened_at=now,
        last_message_at=now,
        updated_at=Now(),
    )
    set_due(case)
    case.save()
    _tell(case, orders)
    if message is not None:
        add_message(case, Direction.INBOUND, message)
    return case


def add_message(case: Case, direction: Direction, message: MessageIn) -> CaseMessage:
    """Store one message of a case, card numbers masked; called inside an operation."""
    body, masked = mask_cards(message.body.strip())
    if not body:
        raise BadValue(field="body", fix="write something.")
    if len(body) > 50_000:
        raise BadValue(field="body", fix="write at most 50,000 characters.")
    actor = current_actor()
    row = CaseMessage.objects.create(
        case=case,
        direction=direction,
        author_id=actor.user_id if direction != Direction.INBOUND else None,
        actor=actor.name,
        sender=message.sender[:254],
        body=body,
        masked=masked,
        external_id=message.external_id[:200],
        said_at=clock.now(),
    )
    publish(CaseMessageAdded(case_id=case.pk, message_id=row.pk, direction=direction.value))
    return row


def _check(subject: str, contact: str, priority: int) -> None:
    if not subject:
        raise BadValue(field="subject", fix="say in a few words what it is about.")
    if contact not in Contact.values:
        raise BadValue(field="contact", fix=f"one of {', '.join(Contact.values)}.")
    if priority not in Priority.values:
        raise BadValue(field="priority", fix="a number from 1 (low) to 4 (urgent).")


def _orders(order_ids: Sequence[int], channel_id: int) -> list[Order]:
    found = Order.objects.filter(channel_id=channel_id).in_bulk(list(order_ids))
    if len(found) != len(set(order_ids)):
        raise NotThere(kind="order")
    return [found[pk] for pk in dict.fromkeys(order_ids)]


def _tell(case: Case, orders: Sequence[Order]) -> None:
    publish(
        CaseOpened(
            case_id=case.pk,
            customer_id=case.customer_id,
            order_id=orders[0].pk if orders else None,
        )
    )
    for place, order in enumerate(orders):
        CaseOrder.objects.create(case=case, order=order)
        if place:  # the first is in case.opened
            publish(CaseLinked(case_id=case.pk, order_id=order.pk))
