"""The Django admin: people and tokens, through operations."""

import pytest
from django.test import Client

from core.actor import acting, person
from core.models import ApiToken, EventRecord, User
from core.roles import Role
from tests.builders.api import token_for
from tests.builders.people import someone

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin():
    client = Client()
    client.force_login(someone(Role.ADMIN))
    return client


def test_an_administrator_makes_and_changes_people(admin):
    made = admin.post(
        "/admin/core/user/add/",
        {"email": "Ann@Example.com", "name": "Ann", "roles": ["agent"], "is_active": "on",
         "all_channels": "on"},
    )  # fmt: skip
    assert made.status_code == 302
    ann = User.objects.get(email="ann@example.com")
    assert (ann.roles, ann.all_channels, ann.all_warehouses) == (["agent"], True, False)

    admin.post(
        f"/admin/core/user/{ann.pk}/change/",
        {"email": ann.email, "name": "Ann B", "roles": ["agent", "finance"], "is_active": "on"},
    )
    ann.refresh_from_db()
    assert ann.roles == ["agent", "finance"]
    told = EventRecord.objects.filter(name="person.changed").order_by("id")
    assert [record.payload["roles"] for record in told] == [["agent"], ["agent", "finance"]]
    assert all(record.actor.startswith("person:") for record in told)


def test_people_are_switched_off_and_never_deleted(admin):
    someone_else = someone()
    assert admin.post(f"/admin/core/user/{someone_else.pk}/delete/").status_code == 403


def test_an_unknown_role_is_refused(admin):
    answer = admin.post(
        "/admin/core/user/add/", {"email": "x@example.com", "name": "X", "roles": ["king"]}
    )
    assert answer.status_code == 200
    assert "king" in answer.content.decode()


def test_tokens_are_ended_here_and_neither_made_nor_changed(admin):
    user = someone(Role.MANAGER)
    with acting(person(user)):
        token_for(user)
    token = ApiToken.objects.get()
    assert admin.get("/admin/core/apitoken/").status_code == 200
    assert admin.get("/admin/core/apitoken/add/").status_code == 403
    admin.post("/admin/core/apitoken/", {"action": "revoke", "_selected_action": [token.digest]})
    token.refresh_from_db()
    assert token.revoked_at is not None


def test_others_do_not_get_in():
    for role in set(Role) - {Role.ADMIN}:
        client = Client()
        client.force_login(someone(role))
        assert client.get("/admin/core/user/").status_code == 302
