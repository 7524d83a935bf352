"""Pages of customer service: each opens for whom it is for, and each act works by its form."""

import pytest
from django.test import Client
from django.urls import reverse

from core.actor import SYSTEM
from core.roles import Role
from orders.ports import customer_panels, order_panels
from support.models import Case, Notice, NoticeTemplate
from support.operations.converse import reply_case
from support.panels import find, past_due
from support.states import CaseState
from tests.builders.people import someone
from tests.builders.returns import shipped_order
from tests.builders.shipping import handed_over, released
from tests.builders.support import case

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager():
    client = Client()
    client.force_login(someone(Role.MANAGER))
    return client


def page(client, name, *args, **query):
    answer = client.get(reverse(name, args=args), query)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def act(client, name, *args, **fields):
    answer = client.post(reverse(name, args=args), fields)
    assert answer.status_code == 302, answer.content.decode()[:500]


def test_a_conversation_by_forms_alone(manager):
    order = shipped_order()
    page(manager, "support:new_for_order", order.public_id)
    fields = {"subject": "Late", "body": "Where?", "contact": "phone", "priority": "3"}
    act(manager, "support:new_for_order", order.public_id, **fields)
    opened = Case.objects.get()
    text = page(manager, "support:case", opened.public_id)
    assert "Where?" in text
    assert opened.sender in text

    act(manager, "support:note", opened.public_id, body="VIP")
    act(manager, "support:reply", opened.public_id, body="Friday.")
    act(manager, "support:heard", opened.public_id, body="Thanks <b>so</b> much")
    colleague = someone(Role.AGENT)
    act(manager, "support:assign", opened.public_id, assignee=str(colleague.pk))
    act(manager, "support:prioritize", opened.public_id, priority="4")
    act(manager, "support:close", opened.public_id, resolution="Told")
    act(manager, "support:reopen", opened.public_id, reason="Not told")

    opened.refresh_from_db()
    assert (opened.state, opened.assignee, opened.priority) == (CaseState.OPEN, colleague, 4)
    text = page(manager, "support:case", opened.public_id)
    assert "&lt;b&gt;so&lt;/b&gt;" in text
    assert "VIP" in text


def test_a_case_of_a_customer_goes_to_the_channel_of_their_latest_order(manager):
    order = shipped_order()
    fields = {"subject": "Hi", "body": "Hello", "contact": "chat", "priority": "2"}
    act(manager, "support:new_for_customer", order.customer.public_id, **fields)

    opened = Case.objects.get()
    assert (opened.channel, opened.customer) == (order.channel, order.customer)
    act(manager, "support:link", opened.public_id, order=order.number)
    assert list(opened.orders.all()) == [order]


def test_the_inbox_filters(manager):
    opened = case(shipped_order())
    assert opened.number in page(manager, "support:case_list", state="open")
    assert opened.number in page(manager, "support:case_list", unassigned="true")
    assert opened.number not in page(manager, "support:case_list", mine="true")
    assert opened.number not in page(manager, "support:case_list", past_due="true")


def test_words_are_previewed_and_changed(manager):
    template = NoticeTemplate.objects.get(kind="delivered")
    assert "Ada Lovelace" in page(manager, "support:template", template.public_id)
    assert "Order confirmed" in page(manager, "support:template_list")
    url = reverse("support:template", args=[template.public_id])
    words = {"subject": "Hi {customer_name}", "body": "New words", "active": "on"}

    shown = manager.post(url, {**words, "preview": "1"}).content.decode()
    assert "Hi Ada Lovelace" in shown
    template.refresh_from_db()
    assert "arrived" in template.subject
    act(manager, "support:template", template.public_id, **words)
    template.refresh_from_db()
    assert template.body == "New words"


def test_a_mail_in_doubt_is_settled_on_its_page(manager):
    reply_case(case(shipped_order()).pk, body="Friday.")
    notice = Notice.objects.get()
    assert notice.subject in page(manager, "support:notice_list")
    Notice.objects.update(state="in_doubt", last_error="silence")
    assert "Has it arrived?" in page(manager, "support:notice", notice.public_id)

    act(manager, "support:settle_notice", notice.public_id, arrived="yes")
    notice.refresh_from_db()
    assert notice.state == "sent"


def test_panels_search_and_lanes_know_it():
    order = shipped_order()
    opened = case(order)

    assert list(order_panels["80 cases"].context(order)["cases"]) == [opened]
    assert list(customer_panels["80 cases"].context(order.customer)["cases"]) == [opened]
    assert [hit.label for hit in find(opened.number.lower(), SYSTEM)] == [opened.number]
    assert list(past_due(SYSTEM)) == []
    Case.objects.update(due=order.placed_at)
    assert list(past_due(SYSTEM)) == [opened]


@pytest.mark.parametrize(
    ("role", "name", "status"),
    [
        (Role.VIEWER, "support:case_list", 200),
        (Role.PICKER, "support:case_list", 403),
        (Role.PICKER, "support:notice_list", 403),
        (Role.ADMIN, "support:template_list", 200),
        (Role.VIEWER, "support:template_list", 403),
    ],
)
def test_who_opens_what(role, name, status):
    client = Client()
    client.force_login(someone(role))

    assert client.get(reverse(name)).status_code == status


def test_a_case_out_of_reach_is_not_there():
    opened = case(shipped_order())
    client = Client()
    client.force_login(someone(Role.MANAGER, all_channels=False))

    assert client.get(opened.get_absolute_url()).status_code == 404


def test_a_case_says_why_its_order_waits_and_where_its_parcels_are(manager):
    waiting, sent = released(MUG=1).order, handed_over(MUG=1)
    about_both = case(waiting)
    about_both.orders.add(sent.fulfillment.order)

    text = page(manager, "support:case", about_both.public_id)

    assert "Waits to be picked in" in text
    assert sent.tracking_number in text
    assert text.count("<textarea") == 3  # the answer, the one note, what was heard
    assert 'name="text"' not in text


def test_cases_have_tabs_and_start_with_what_is_new(manager):
    old, new = case(shipped_order()), case(shipped_order())

    text = page(manager, "support:case_list")

    for tab in ("To answer", "Past due", "Mine", "Nobody", "Waiting for the customer", "Closed"):
        assert tab in text
    assert text.index(new.number) < text.index(old.number)


def test_a_channel_names_the_orders_that_were_placed_on_it(manager):
    placed = released(MUG=1).order

    text = page(manager, "inventory:channel", placed.channel.public_id)

    link = f'<a href="{placed.get_absolute_url()}">Order {placed.number}</a>: Placed'
    assert link in text
    assert link not in page(manager, "orders:order", placed.public_id)  # it is that order's own
