"""The address that a problem names as its type says what it means."""

import pytest
from django.test import Client

from core.roles import Role
from tests.builders.people import someone

pytestmark = pytest.mark.django_db


@pytest.fixture
def page() -> Client:
    client = Client()
    client.force_login(someone(Role.MANAGER), "core.roles.RoleBackend")
    return client


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("out_of_stock", "There is not enough stock"),
        ("never_oversold", "The stock is promised already."),
        ("invalid", "The request has errors."),
        ("token_expired", "Make a new one."),
    ],
)
def test_a_code_is_explained(page, code, said):
    answer = page.get(f"/docs/problems/{code}")

    assert answer.status_code == 200
    assert said in answer.content.decode()


def test_what_the_api_answers_leads_there(page):
    refused = page.get("/api/v1/orders?limit=0", headers={"Accept": "application/json"}).json()

    assert page.get(refused["type"]).status_code == 200


def test_an_unknown_code_is_not_there(page):
    assert page.get("/docs/problems/nonsense").status_code == 404
