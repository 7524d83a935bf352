"""Each order is mailed to its vendor once, whatever breaks."""

import pytest

from core.jobs import KINDS, admit_jobs, work_off
from core.mail import MailServerBusyError
from core.models import EventRecord
from core.relay import relay_once
from inventory.errors import MailNotStuck, NoOrderAddress
from inventory.models import VendorMail
from inventory.operations.purchasing.approve import approve_purchase
from inventory.operations.purchasing.send import (
    doubt_vendor_mail,
    send_purchase,
    settle_vendor_mail,
)
from inventory.operations.purchasing.vendors import remove_contact
from inventory.tasks import mail_purchase
from tests.builders.purchasing import draft, sent, vendor
from tests.builders.support import mail_server

pytestmark = pytest.mark.django_db


@pytest.fixture
def server(settings):
    with mail_server() as running:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", running.port
        yield running


def mail_of(order) -> VendorMail:
    return VendorMail.objects.get(order=order)


@pytest.mark.django_db(transaction=True)
def test_sending_an_order_mails_it_with_the_paper(mailoutbox):
    order = sent(MUG=5)
    while relay_once():
        pass
    admit_jobs()
    work_off(KINDS["inventory.mail_purchase"])

    (letter,) = mailoutbox
    assert letter.to == ["orders@acme.example"]
    assert (letter.subject, letter.extra_headers["Message-ID"]) == (
        f"Purchase order {order.number}",
        mail_of(order).mail_id,
    )
    name, content, kind = letter.attachments[0]
    assert (name, kind, content[:4]) == (f"{order.number}.pdf", "application/pdf", b"%PDF")
    assert mail_of(order).state == "sent"
    assert EventRecord.objects.filter(name="purchase_order.mailed").count() == 1


def test_the_job_run_twice_sends_once(server):
    mail = mail_of(sent(MUG=5))
    mail_purchase.do(str(mail.pk))
    mail_purchase.do(str(mail.pk))
    assert len(server.mails) == 1
    assert f"Message-ID: {mail.mail_id}" in server.mails[0]


def test_silence_leaves_it_in_doubt_until_a_person_has_found_out(server):
    server.answers["END"] = None
    order = sent(MUG=5)
    mail_purchase.do(str(mail_of(order).pk))
    server.answers.clear()
    mail_purchase.do(str(mail_of(order).pk))
    assert len(server.mails) == 1, "it may have been sent: never a second time by itself"
    assert mail_of(order).state == "in_doubt"

    settle_vendor_mail(order.pk, arrived=False)
    mail_purchase.do(str(mail_of(order).pk))
    assert (len(server.mails), mail_of(order).state) == (2, "sent")
    with pytest.raises(MailNotStuck):
        settle_vendor_mail(order.pk, arrived=True)


def test_a_sender_that_died_on_the_way_leaves_it_in_doubt(server):
    order = sent(MUG=5)
    doubt_vendor_mail(mail_of(order).pk)
    mail_purchase.do(str(mail_of(order).pk))
    assert (server.mails, mail_of(order).state) == ([], "in_doubt")
    assert settle_vendor_mail(order.pk, arrived=True).state == "sent"


def test_not_now_is_tried_again_and_never_is_the_end_of_it(server):
    order = sent(MUG=5)
    server.answers["RCPT"] = "451 later"
    with pytest.raises(MailServerBusyError):
        mail_purchase.do(str(mail_of(order).pk))
    assert mail_of(order).state == "waiting"
    server.answers["RCPT"] = "550 nobody here"
    mail_purchase.do(str(mail_of(order).pk))
    assert (mail_of(order).state, server.mails) == ("failed", [])


def test_without_anybody_who_takes_orders_it_is_sent_by_hand_only():
    vendor("ACME", mail="")
    order = draft(MUG=5)
    approve_purchase(order.pk)
    with pytest.raises(NoOrderAddress):
        send_purchase(order.pk)
    order.refresh_from_db()
    assert order.status == "approved"
    send_purchase(order.pk, by_hand=True)
    assert not VendorMail.objects.exists()


def test_somebody_who_was_forgotten_is_not_mailed(server):
    order = sent(MUG=5)
    remove_contact(order.vendor_id, order.vendor.contacts.get().pk)
    mail_purchase.do(str(mail_of(order).pk))
    assert (mail_of(order).state, server.mails) == ("failed", [])
