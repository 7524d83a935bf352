"""Each customer is told of each thing once, whatever breaks."""

import pytest
from django.core import mail

from core.events import historical, publish
from core.models import EventRecord, Job
from core.relay import relay_once
from orders.events import OrderDelivered, OrderPlaced
from support.errors import NoticeNotInDoubt, UnknownPlaceholder
from support.models import Notice, NoticeTemplate
from support.operations.edit_template import change_template
from support.operations.notify import plan_notice, record_notice, settle_notice
from support.states import NoticeKind, NoticeState
from support.tasks import MailServerBusyError, send_notice
from tests.builders.returns import customer, shipped_order
from tests.builders.support import mail_server
from tests.races import at_once

pytestmark = pytest.mark.django_db


def planned(order=None, **values):
    order = order or shipped_order(("MUG", 2, "24.90"))
    return plan_notice(
        NoticeKind.CONFIRMED,
        about=f"order:{order.pk}",
        order_id=order.pk,
        values={"lines": "2 × Mug", **values},
    )


@pytest.fixture
def server(settings):
    with mail_server() as running:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", running.port
        yield running


def state_of(notice):
    notice.refresh_from_db()
    return notice.state


def test_the_words_are_filled_in():
    order = shipped_order(("MUG", 2, "24.90"))
    notice = planned(order)

    assert notice.subject == f"Your order {order.number} at Channel web"
    assert "Dear Ada" in notice.body
    assert "2 × Mug" in notice.body
    assert "Total: £24.90" in notice.body
    assert notice.to == order.customer.email


def test_whoever_has_no_name_is_a_customer():
    assert "Dear customer," in planned(shipped_order(of=customer(name=" "))).body


def test_a_customers_name_makes_no_mail_header():
    order = shipped_order(of=customer(name="Ada\nBcc: all@example.com"))
    NoticeTemplate.objects.filter(kind="confirmed").update(subject="Dear {customer_name}")

    assert planned(order).subject == "Dear Ada Bcc: all@example.com"


def test_what_a_customer_is_called_is_not_a_template():
    order = shipped_order(of=customer(name="{order_total}"))

    assert "Dear {order_total}" in planned(order).body


def test_the_same_thing_is_told_once():
    order = shipped_order()

    assert planned(order) is not None
    assert planned(order) is None
    assert Notice.objects.count() == 1


def test_of_the_imported_past_nobody_is_told():
    assert planned(shipped_order(historical=True)) is None


def test_a_kind_that_is_switched_off_is_not_sent():
    NoticeTemplate.objects.filter(kind="confirmed").update(active=False)

    assert planned() is None


def test_without_an_address_it_is_kept_as_not_sent():
    notice = planned(shipped_order(of=customer(email="no address", email_key=None)))

    assert notice.state == NoticeState.SKIPPED
    assert not EventRecord.objects.filter(name="notice.requested").exists()


def test_events_become_jobs_and_jobs_become_mails(django_capture_on_commit_callbacks):
    order = shipped_order(("MUG", 2, "24.90"))
    publish(OrderPlaced(order_id=order.pk, channel_id=1, customer_id=1, sku_ids=[]))
    publish(OrderDelivered(order_id=order.pk))
    with historical():
        publish(OrderPlaced(order_id=shipped_order().pk, channel_id=1, customer_id=1, sku_ids=[]))
    while relay_once():
        pass

    jobs = Job.objects.filter(kind="support.send_notice").order_by("id")
    assert jobs.count() == 2
    for job in jobs:
        send_notice.do(job.key)
    assert [message.subject for message in mail.outbox] == [
        f"Your order {order.number} at Channel web",
        f"Your order {order.number} has arrived",
    ]
    assert set(Notice.objects.values_list("state", flat=True)) == {NoticeState.SENT}


def test_over_the_wire_a_mail_arrives_with_its_own_id(server):
    notice = planned()
    send_notice.do(str(notice.pk))
    send_notice.do(str(notice.pk))

    assert state_of(notice) == NoticeState.SENT
    assert len(server.mails) == 1
    assert f"Message-ID: {notice.mail_id}" in server.mails[0]
    assert f"To: {notice.to}" in server.mails[0]


def test_a_server_that_hangs_up_after_the_mail_leaves_it_in_doubt_for_ever(server):
    server.answers["END"] = None
    notice = planned()
    send_notice.do(str(notice.pk))
    server.answers.clear()
    send_notice.do(str(notice.pk))

    assert state_of(notice) == NoticeState.IN_DOUBT
    assert len(server.mails) == 1, "it may have been sent: never a second time"
    assert EventRecord.objects.filter(name="notice.in_doubt").count() == 1


def test_a_sender_that_died_on_the_way_leaves_it_in_doubt(server):
    notice = planned()
    Notice.objects.filter(pk=notice.pk).update(state=NoticeState.IN_DOUBT)

    send_notice.do(str(notice.pk))

    assert state_of(notice) == NoticeState.IN_DOUBT
    assert notice.last_error == "The sender stopped before the answer was heard."
    assert server.mails == []


@pytest.mark.parametrize(
    "answers", [{"RCPT": "550 unknown"}, {"END": "554 spam"}, {"MAIL": "553 no"}]
)
def test_a_clear_no_is_the_end_of_it(server, answers):
    server.answers.update(answers)
    notice = planned()
    send_notice.do(str(notice.pk))

    assert state_of(notice) == NoticeState.FAILED
    assert notice.last_error == next(iter(answers.values()))


@pytest.mark.parametrize("verb", ["RCPT", "END", "DATA"])
def test_not_now_is_tried_again(server, verb):
    server.answers[verb] = "451 later"
    notice = planned()
    with pytest.raises(MailServerBusyError):
        send_notice.do(str(notice.pk))
    assert state_of(notice) == NoticeState.WAITING

    server.answers.clear()
    send_notice.do(str(notice.pk))
    assert state_of(notice) == NoticeState.SENT
    assert len(server.mails) == 1


def test_a_server_that_is_down_was_asked_nothing(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    notice = planned()

    with pytest.raises(OSError, match="refused"):
        send_notice.do(str(notice.pk))
    assert state_of(notice) == NoticeState.WAITING


def test_a_person_settles_what_is_in_doubt():
    notice = planned()
    with pytest.raises(NoticeNotInDoubt):
        settle_notice(notice.pk, arrived=False)
    Notice.objects.filter(pk=notice.pk).update(state=NoticeState.IN_DOUBT, last_error="silence")

    settle_notice(notice.pk, arrived=False)
    assert state_of(notice) == NoticeState.WAITING
    Notice.objects.filter(pk=notice.pk).update(state=NoticeState.IN_DOUBT)
    settle_notice(notice.pk, arrived=True)
    assert state_of(notice) == NoticeState.SENT


def test_an_answer_heard_twice_is_told_once():
    notice = planned()
    record_notice(notice.pk)
    record_notice(notice.pk)

    assert EventRecord.objects.filter(name="notice.sent").count() == 1


def test_words_with_an_unknown_placeholder_are_refused():
    template = NoticeTemplate.objects.get(kind="delivered", channel=None)

    with pytest.raises(UnknownPlaceholder):
        change_template(template.pk, subject="Hi", body="Dear {password}", active=True)
    changed = change_template(template.pk, subject="Hi", body="Dear {customer_name}", active=True)
    assert changed.body == "Dear {customer_name}"


@pytest.mark.django_db(transaction=True)
def test_planned_eight_times_at_once_there_is_one_mail():
    order = shipped_order()

    at_once(8, lambda: planned(order))

    assert Notice.objects.count() == 1
    assert EventRecord.objects.filter(name="notice.requested").count() == 1
