"""Cases over the API: what a mailbox or a marketplace would send."""

import pytest
from django.test import Client

from core.roles import Role
from support.models import Case, CaseMessage, Notice
from tests.builders.people import someone
from tests.builders.returns import shipped_order
from tests.builders.support import case

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent():
    client = Client()
    client.force_login(someone(Role.AGENT))
    return client


def post(client, path, body=None):
    return client.post(f"/api/v1{path}", body or {}, content_type="application/json")


def test_a_mailbox_opens_a_case_and_adds_to_it_once(agent):
    order = shipped_order()
    words = {"body": "Where is it?", "sender": "ada@example.com", "external_id": "<1@mail>"}
    made = post(
        agent,
        "/cases",
        {"channel": "web", "subject": "Hi", "message": words, "orders": [order.public_id]},
    )
    assert made.status_code == 201
    assert made.json()["orders"] == [order.public_id]
    assert made.json()["customer"] == order.customer.public_id
    path = f"/cases/{made.json()['id']}"

    more = {"body": "Hello?", "external_id": "<2@mail>"}
    assert post(agent, f"{path}/messages", more).status_code == 201
    assert post(agent, f"{path}/messages", more).status_code == 201
    assert CaseMessage.objects.count() == 2

    assert post(agent, f"{path}/reply", {"body": "Friday."}).json()["direction"] == "outbound"
    assert Notice.objects.get().to == "ada@example.com"
    assert post(agent, f"{path}/close", {"resolution": "Told"}).json()["state"] == "closed"
    shown = agent.get(f"/api/v1{path}?expand=messages").json()
    assert [message["direction"] for message in shown["messages"]] == [
        "inbound",
        "inbound",
        "outbound",
    ]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"subject": "Hi"}, 422),
        ({"channel": "nowhere", "subject": "Hi"}, 404),
        ({"channel": "web", "subject": "Hi", "orders": ["0" * 16]}, 404),
        ({"channel": "web", "subject": "Hi", "customer": "0" * 16}, 404),
        ({"channel": "web", "subject": "Hi", "priority": 9}, 422),
        ({"channel": "web", "subject": "\u0000"}, 422),
        ({"channel": "web", "subject": "Hi", "message": {"body": "x" * 50_001}}, 422),
        ({"channel": "web", "subject": "Hi", "message": {"body": "x", "sender": "no"}}, 422),
    ],
)
def test_bad_input_is_refused(agent, body, status):
    shipped_order()

    assert post(agent, "/cases", body).status_code == status
    assert not Case.objects.exists()


def test_who_may_not_is_turned_away():
    client, found = Client(), case(shipped_order())
    assert client.get("/api/v1/cases").status_code == 401
    client.force_login(someone(Role.PICKER))
    assert client.get("/api/v1/cases").status_code == 403
    client.force_login(someone(Role.VIEWER))
    assert client.get("/api/v1/cases").status_code == 200
    path = f"/cases/{found.public_id}/reply"
    assert post(client, path, {"body": "x"}).status_code == 403


def test_mails_in_doubt_are_settled(agent):
    found = case(shipped_order())
    post(agent, f"/cases/{found.public_id}/reply", {"body": "Friday."})
    notice = Notice.objects.get()
    path = f"/notices/{notice.public_id}/settle"
    assert post(agent, path, {"arrived": True}).status_code == 409

    Notice.objects.update(state="in_doubt")
    assert post(agent, path, {"arrived": True}).json()["state"] == "sent"
    assert agent.get("/api/v1/notices?stuck=true").json()["results"] == []
