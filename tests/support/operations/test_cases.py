from datetime import timedelta

import pytest

from core import clock
from core.actor import acting, person
from core.errors import BadValue, NotPermitted, NotThere
from core.models import EventRecord, Notification
from core.roles import Role
from support.errors import (
    CaseIsClosed,
    CaseNotClosed,
    CaseNotOpen,
    NoAddress,
    NotTheSameCustomer,
)
from support.models import Case, CaseMessage, Notice
from support.operations.assign import assign_case, link_order, set_case_priority
from support.operations.close_case import close_case, reopen_case
from support.operations.converse import add_case_note, receive_message, reply_case
from support.operations.open_case import MessageIn, open_case
from support.states import CaseState, Direction
from tests.builders.inventory import channel
from tests.builders.people import someone
from tests.builders.returns import customer, shipped_order
from tests.builders.support import case
from tests.races import at_once

pytestmark = pytest.mark.django_db

CARD = "4111 1111 1111 1111"


def test_a_case_starts_its_clock_and_keeps_the_first_words():
    moment = clock.now()
    with clock.pinned(moment):
        opened = case(shipped_order())

    assert opened.number.startswith("CASE-")
    assert opened.state == CaseState.OPEN
    assert opened.due == opened.first_response_due == moment + timedelta(hours=24)
    assert opened.customer.email == opened.sender
    message = opened.messages.get()
    assert (message.direction, message.body) == (Direction.INBOUND, "Where is my parcel?")
    assert EventRecord.objects.filter(name="case.opened").count() == 1


def test_an_urgent_case_is_promised_sooner():
    opened = case(shipped_order(), priority=4)

    assert opened.due == opened.opened_at + timedelta(hours=2)


def test_a_card_number_is_masked_wherever_it_stands():
    opened = case(shipped_order(), body=f"charge {CARD} please", subject=f"my card {CARD}")

    assert "1111 1111" not in opened.subject
    message = opened.messages.get()
    assert message.masked
    assert message.body.endswith("1111 please") or message.body.endswith("1111] please")
    assert "4111" not in message.body


def test_an_order_of_somebody_else_is_not_linked():
    with pytest.raises(NotTheSameCustomer):
        open_case(
            channel("web").pk,
            subject="Two orders",
            order_ids=[shipped_order().pk, shipped_order().pk],
        )
    with pytest.raises(NotTheSameCustomer):
        link_order(case(shipped_order()).pk, order_id=shipped_order().pk)


def test_a_second_order_of_the_customer_is_linked_once():
    who = customer()
    opened = case(shipped_order(of=who))
    other = shipped_order(of=who)

    link_order(opened.pk, order_id=other.pk)
    link_order(opened.pk, order_id=other.pk)

    assert opened.orders.count() == 2
    assert EventRecord.objects.filter(subjects__contains=[f"order:{other.pk}"]).count() == 1


@pytest.mark.parametrize(
    "wrong",
    [{"subject": "  "}, {"contact": "pigeon"}, {"priority": 9}, {"message": MessageIn(body=" ")}],
)
def test_a_case_without_sense_is_refused(wrong):
    with pytest.raises(BadValue):
        open_case(channel("web").pk, **({"subject": "Hello"} | wrong))
    assert not Case.objects.exists()


def test_an_answer_is_mailed_once_and_the_case_waits():
    opened = case(shipped_order())
    message = reply_case(opened.pk, body="On Friday.")

    opened.refresh_from_db()
    assert opened.state == CaseState.WAITING
    assert opened.first_response_at is not None
    assert opened.due == opened.opened_at + timedelta(hours=72)
    notice = Notice.objects.get(message=message)
    assert (notice.kind, notice.to, notice.case) == ("reply", opened.sender, opened)
    assert notice.subject == f"Where is my parcel? [{opened.number}]"
    assert "On Friday." in notice.body


def test_answer_and_close_in_one_go():
    opened = case(shipped_order())
    reply_case(opened.pk, body="Done.", close=True)

    opened.refresh_from_db()
    assert (opened.state, opened.resolution) == (CaseState.CLOSED, "Answered")


def test_what_the_customer_writes_opens_it_again():
    opened = case(shipped_order())
    close_case(opened.pk, resolution="Sent again")
    receive_message(opened.pk, message=MessageIn(body="Still nothing", external_id="<a@b>"))
    receive_message(opened.pk, message=MessageIn(body="Still nothing", external_id="<a@b>"))

    opened.refresh_from_db()
    assert (opened.state, opened.times_reopened, opened.resolved_at) == (CaseState.OPEN, 1, None)
    assert opened.messages.count() == 2
    assert opened.due > clock.now()


def test_a_note_goes_to_nobody():
    opened = case(shipped_order())
    add_case_note(opened.pk, body=f"her card is {CARD}")

    note = opened.messages.get(direction=Direction.NOTE)
    assert note.masked
    assert not Notice.objects.exists()


def test_a_closed_case_is_not_answered_nor_closed_again():
    opened = case(shipped_order())
    close_case(opened.pk, resolution="Done")

    with pytest.raises(CaseIsClosed):
        reply_case(opened.pk, body="Hello?")
    with pytest.raises(CaseNotOpen):
        close_case(opened.pk, resolution="Done")
    assert reopen_case(opened.pk, reason="not settled").state == CaseState.OPEN
    with pytest.raises(CaseNotClosed):
        reopen_case(opened.pk, reason="again")


def test_without_an_address_there_is_no_answer():
    order = shipped_order(of=customer(email="", email_key=None))

    with pytest.raises(NoAddress):
        reply_case(case(order).pk, body="Hello")


def test_a_case_goes_to_somebody_who_answers_customers():
    opened = case(shipped_order())
    agent = someone(Role.AGENT)

    assert assign_case(opened.pk, user_id=agent.pk).assignee == agent
    with pytest.raises(BadValue):
        assign_case(opened.pk, user_id=someone(Role.PICKER).pk)
    assert assign_case(opened.pk, user_id=None).assignee is None


def test_a_higher_priority_moves_what_was_promised():
    opened = case(shipped_order())

    assert set_case_priority(opened.pk, priority=3).due == opened.opened_at + timedelta(hours=8)


def test_a_customer_who_takes_their_time_is_not_our_delay():
    start = clock.now()
    with clock.pinned(start):
        opened = case(shipped_order())
    with clock.pinned(start + timedelta(hours=2)):
        reply_case(opened.pk, body="Which size?")
    with clock.pinned(start + timedelta(hours=102)):
        receive_message(opened.pk, message=MessageIn(body="Large"))

        opened.refresh_from_db()
        assert opened.due == start + timedelta(hours=72 + 100)
        assert not Case.objects.past_due(clock.now()).exists()
        receive_message(opened.pk, message=MessageIn(body="Large, please"))
    with clock.pinned(start + timedelta(hours=103)):
        reply_case(opened.pk, body="On its way.")
        set_case_priority(opened.pk, priority=3)

    opened.refresh_from_db()
    assert opened.due == start + timedelta(hours=24 + 100)


def test_a_case_that_was_opened_again_is_not_late_because_it_gets_urgent():
    start = clock.now()
    with clock.pinned(start):
        opened = case(shipped_order())
        close_case(opened.pk, resolution="Done")
    with clock.pinned(start + timedelta(days=30)):
        reopen_case(opened.pk, reason="not settled")
        raised = set_case_priority(opened.pk, priority=3)

        assert raised.due == clock.now() + timedelta(hours=8)


def test_card_numbers_stay_out_of_how_a_case_ended():
    opened = case(shipped_order())
    closed = close_case(opened.pk, resolution=f"charged {CARD}")
    reopen_case(opened.pk, reason=f"charged {CARD} twice")

    assert "4111" not in closed.resolution
    assert "4111" not in str(EventRecord.objects.get(name="case.reopened").payload)


def test_rights_and_reach():
    opened = case(shipped_order())

    with acting(person(someone(Role.VIEWER))), pytest.raises(NotPermitted):
        reply_case(opened.pk, body="Hi")
    with acting(person(someone(Role.AGENT, all_channels=False))), pytest.raises(NotThere):
        reply_case(opened.pk, body="Hi")


@pytest.mark.django_db(transaction=True)
def test_a_message_told_eight_times_at_once_is_kept_once():
    opened = case(shipped_order())

    at_once(
        8, lambda: receive_message(opened.pk, message=MessageIn(body="Hi", external_id="<1@x>"))
    )

    assert CaseMessage.objects.filter(external_id="<1@x>").count() == 1


def test_whoever_is_given_a_case_is_told_each_time():
    opened, boss, agent = case(shipped_order()), someone(Role.MANAGER), someone(Role.AGENT)
    with acting(person(boss)):
        for user_id in (agent.pk, agent.pk, boss.pk, agent.pk):
            assign_case(opened.pk, user_id=user_id)

    told = Notification.objects.filter(subject=f"case:{opened.pk}").values_list("user", flat=True)
    assert list(told) == [agent.pk, agent.pk]


def test_a_colleague_mentioned_in_a_note_of_a_case_is_told():
    opened, agent, picker = case(shipped_order()), someone(Role.AGENT), someone(Role.PICKER)
    note = add_case_note(opened.pk, body=f"@{agent.email} and @{picker.email}, see {CARD}")

    told = Notification.objects.get()
    assert (told.user, told.kind, told.subject) == (agent, "mention", f"case:{opened.pk}")
    assert note.audience.unclear == (f"{picker.name} does not see this, and was not told.",)
