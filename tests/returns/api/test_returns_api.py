"""Returns and refunds over the API: the whole way, and what it refuses."""

import pytest
from django.test import Client

from core.models import Approval
from core.money import Money
from core.roles import Role
from returns.models import Refund, ReturnAuthorization
from tests.builders.people import someone
from tests.builders.returns import inspected, pay, shipped_order

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager():
    client = Client()
    client.force_login(someone(Role.MANAGER))
    return client


def post(client, path, body=None, **headers):
    return client.post(
        f"/api/v1{path}", body or {}, content_type="application/json", headers=headers
    )


def test_the_whole_way(manager):
    order = shipped_order(("MUG", 3, "10.00"), shipping="2.00")
    lines = [{"position": 1, "units": 3, "reason": "damaged"}]
    made = post(manager, "/returns", {"order": order.public_id, "lines": lines, "approve": True})
    assert made.status_code == 201
    assert made.headers["Location"].endswith(made.json()["id"])
    rma = f"/returns/{made.json()['id']}"

    assert post(manager, f"{rma}/receive").json()["status"] == "received"
    found = [
        {"position": 1, "units": 1, "grade": "A", "disposition": "restock"},
        {"position": 1, "units": 2, "grade": "D", "disposition": "scrap", "finding": "chipped"},
    ]
    assert post(manager, f"{rma}/inspect", {"results": found}).json()["status"] == "inspected"
    money = post(manager, f"{rma}/refund")

    assert money.status_code == 201
    assert money.json()["approval"] is None
    assert [refund["amount"] for refund in money.json()["refunds"]] == [
        {"amount": "12.00", "currency": "GBP"}
    ]
    shown = manager.get(f"/api/v1{rma}?expand=lines").json()
    runs = shown["lines"][0]["runs"]
    assert [(run["first"], run["last"], run["grade"]) for run in runs] == [(1, 1, "A"), (2, 3, "D")]


def test_a_repeated_key_refunds_once(manager):
    order = shipped_order(("MUG", 1, "10.00"))
    body = {
        "order": order.public_id,
        "amount": {"amount": "2.00", "currency": "GBP"},
        "reason": "late",
    }
    first = post(manager, "/refunds", body, Idempotency_Key="k1")
    again = post(manager, "/refunds", body, Idempotency_Key="k1")

    assert first.status_code == again.status_code == 201
    assert first.json() == again.json()
    assert Refund.objects.count() == 1


def test_above_the_limit_it_answers_202_with_the_approval(manager):
    order = shipped_order(("MUG", 1, "900.00"))
    body = {
        "order": order.public_id,
        "amount": {"amount": "600.00", "currency": "GBP"},
        "reason": "late",
    }
    answer = post(manager, "/refunds", body)

    assert answer.status_code == 202
    assert answer.json() == {"refunds": [], "approval": Approval.objects.get().public_id}


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/order"),
        ({"order": 7, "lines": []}, "/order"),
        ({"order": "x", "lines": [{"position": 1, "units": 0}]}, "/lines/0/units"),
        ({"order": "x", "lines": [{"position": 1, "units": 1.5}]}, "/lines/0/units"),
        ({"order": "x", "lines": [{"position": 1, "units": 10**30}]}, "/lines/0/units"),
        ({"order": "x", "lines": [{"position": 1, "units": 1, "x": 1}]}, "/lines/0/x"),
        ({"order": "x", "lines": [{"position": 1, "units": 1}], "surprise": 1}, "/surprise"),
    ],
)
def test_bad_input_is_told_by_field(manager, body, pointer):
    answer = post(manager, "/returns", body)

    assert answer.status_code == 422
    assert pointer in [error["pointer"] for error in answer.json()["errors"]]
    assert not ReturnAuthorization.objects.exists()


def test_an_unknown_order_and_line_are_told(manager):
    lines = [{"position": 9, "units": 1}]
    gone = post(manager, "/returns", {"order": "0" * 16, "lines": lines})
    assert gone.status_code == 404

    answer = post(manager, "/returns", {"order": shipped_order().public_id, "lines": lines})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/lines/0/position"


@pytest.mark.parametrize("amount", ["NaN", "-1.00", "0.001", "1e999", "10.01", ""])
def test_a_strange_amount_is_refused(manager, amount):
    order = shipped_order(("MUG", 1, "10.00"))
    body = {
        "order": order.public_id,
        "amount": {"amount": amount, "currency": "GBP"},
        "reason": "late",
    }
    assert post(manager, "/refunds", body).status_code in {409, 422}
    assert not Refund.objects.exists()


def test_who_may_not_is_turned_away():
    client, rma = Client(), inspected(shipped_order())
    assert client.get("/api/v1/returns").status_code == 401

    client.force_login(someone(Role.VIEWER))
    assert client.get("/api/v1/returns").status_code == 200
    assert post(client, f"/returns/{rma.public_id}/refund").status_code == 403
    client.force_login(someone(Role.AGENT, all_channels=False))
    assert client.get(f"/api/v1/returns/{rma.public_id}").status_code == 404


def test_a_list_asks_the_same_few_questions_however_long_it_is(
    manager, django_assert_max_num_queries
):
    order = shipped_order(("MUG", 9, "90.00"))
    for _ in range(4):
        inspected(order, 1)
    manager.get("/api/v1/returns")

    with django_assert_max_num_queries(9):
        answer = manager.get("/api/v1/returns?expand=lines&status=inspected")
    assert len(answer.json()["results"]) == 4
    assert len(manager.get(f"/api/v1/refunds?order={order.number}").json()["results"]) == 0


def test_what_left_is_captured_over_the_api(manager):
    order = shipped_order(("MUG", 2, "10.00"), captured="0")
    pay(order, Money.of("10", "GBP"), kind="authorized")
    made = post(manager, "/captures", {"order": order.public_id})
    assert made.status_code == 201
    (capture,) = made.json()["captures"]
    assert (capture["amount"], capture["state"]) == (
        {"amount": "10.00", "currency": "GBP"},
        "waiting",
    )
    again = post(manager, "/captures", {"order": order.public_id})
    assert (again.status_code, again.json()["code"]) == (409, "nothing_to_capture")
    assert post(manager, f"/captures/{capture['id']}/retry").status_code == 409
    called_off = post(manager, f"/captures/{capture['id']}/withdraw", {"reason": "paid in cash"})
    assert called_off.json()["state"] == "withdrawn"
