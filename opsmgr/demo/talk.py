"""What the demo's customers ask, and how the agent answers: most at once, some too late."""

from collections.abc import Iterable
from contextlib import suppress
from datetime import timedelta
from random import Random

from core import clock
from core.actor import acting
from core.errors import Refused
from opsmgr.demo.staff import Staff
from opsmgr.demo.words import ARRIVED, NOTE, STILL, THANKS, WAITING, Question
from orders.models import Order
from orders.states import OrderStatus
from support.models import Case
from support.operations.assign import assign_case
from support.operations.converse import add_case_note, receive_message, reply_case
from support.operations.open_case import MessageIn, open_case
from support.states import CaseState

ANSWERS = {question.subject: question.answer for question in (*WAITING, *ARRIVED)}
HARD = 11  # every so many cases one is left for days: nobody knows the answer


def ask(chance: Random, orders: Iterable[Order], questions: list[Question], *, rate: float) -> None:
    """Open cases about some of these orders."""
    for order in orders:
        if chance.random() >= rate or order.status == OrderStatus.CANCELLED:
            continue
        question = chance.choice(questions)
        with suppress(Refused):
            open_case(
                order.channel_id,
                subject=question.subject,
                message=MessageIn(body=question.body, sender=order.customer.email),
                contact=question.contact,
                priority=question.priority,
                order_ids=[order.pk],
            )


def write_again(chance: Random) -> None:
    """Some thank for the answer; some ask where it stays."""
    for case in Case.objects.filter(state=CaseState.WAITING).order_by("id")[:40]:
        if chance.random() < 0.2:
            receive_message(case.pk, message=MessageIn(body=THANKS))
    late = Case.objects.filter(state=CaseState.OPEN, due__lt=clock.now())
    for case in late.order_by("id")[:40]:
        if chance.random() < 0.08:
            receive_message(case.pk, message=MessageIn(body=STILL))


def answer_cases(staff: Staff) -> None:
    """Take cases, answer most, close what is settled; what waited long enough is closed too."""
    chance, now = staff.chance, clock.now()
    with acting(staff.agent):
        for case in Case.objects.filter(state=CaseState.OPEN).order_by("id")[:80]:
            hard = case.pk % HARD == 0 and now - case.opened_at < timedelta(days=4)
            if case.assignee_id is None and chance.random() < 0.7:
                assign_case(case.pk, user_id=staff.agent.user_id)
            if hard and case.messages.count() == 1:
                add_case_note(case.pk, body=NOTE)
            if hard or chance.random() > 0.75:
                continue
            answered = case.first_response_at is not None
            with suppress(Refused):
                reply_case(
                    case.pk,
                    body=ANSWERS.get(case.subject, "Thank you for writing. We see to it.")
                    if not answered
                    else "Glad to hear it. Write any time.",
                    close=answered or chance.random() < 0.5,
                )
