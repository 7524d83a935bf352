"""Who may use which address: every one is in the matrix, and keeps to it."""

import json
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from core.access import ADMINISTRATOR, OPEN, SIGNATURE, SIGNED_IN, Route, matrix, routes
from core.roles import GRANTS, Role
from tests.builders.people import someone

MATRIX = Path(settings.BASE_DIR) / "docs" / "access-matrix.json"
WORDS = {OPEN, SIGNED_IN, ADMINISTRATOR, SIGNATURE}
OURS = [route for route in routes() if not route.path.startswith(("admin/", "accounts/"))]
GUARDED = [route for route in OURS if route.permission not in WORDS]


def name_of(route: Route) -> str:
    return f"{route.method} /{route.path}"


def ask(client: Client, route: Route):
    """Ask with values that name nothing and an empty body."""
    if route.path.startswith("api/"):
        return client.generic(
            route.method, f"/{route.sample}", data=b"{}", content_type="application/json"
        )
    if route.method == "GET":
        return client.get(f"/{route.sample}")
    return client.generic(
        route.method, f"/{route.sample}", content_type="application/x-www-form-urlencoded"
    )


def turned_away(answer) -> bool:
    """Refused, or sent to the log-in page. Any other redirect is an open page; so is a 404."""
    if answer.status_code == 302:
        return answer["Location"].partition("?")[0] in {settings.LOGIN_URL, "/admin/login/"}
    return answer.status_code in {401, 403}


def test_every_route_is_in_the_matrix_that_is_checked_in():
    stored = {(row["route"], row["method"]): row for row in json.loads(MATRIX.read_text())}
    real = {(row["route"], row["method"]): row for row in matrix()}
    assert stored.keys() == real.keys(), "run manage.py write_docs, and look at what changed"
    assert stored == real, "run manage.py write_docs, and look at what changed"


def test_every_route_says_who_may_use_it():
    assert [name_of(route) for route in routes() if not route.permission] == []


def test_every_permission_that_a_route_asks_for_is_granted():
    unknown = {route.permission for route in GUARDED} - set(GRANTS)
    assert unknown == set()


def test_every_page_names_its_methods():
    """Without require_POST or require_safe a page would change things on a GET."""
    loose = [name_of(route) for route in OURS if route.method in {"PUT", "PATCH", "DELETE"}]
    assert [name for name in loose if " /api/" not in name] == []


@pytest.mark.django_db
def test_strangers_are_turned_away_from_every_route():
    client = Client()
    let_in = {
        name_of(route): answer.status_code
        for route in routes()
        if route.permission != OPEN and not turned_away(answer := ask(client, route))
    }
    assert let_in == {}


@pytest.fixture
def held(monkeypatch) -> set[str]:
    """What the client of this test may do, whatever its role."""
    permissions: set[str] = set()
    monkeypatch.setattr("core.roles.permissions_of", lambda roles: permissions)
    return permissions


@pytest.mark.django_db
def test_each_route_is_closed_without_its_permission_and_open_with_it_alone(held):
    """With this, the roles that the matrix names for a permission are the roles that get in."""
    client = Client()
    client.force_login(someone(Role.VIEWER))
    wrong = {}
    for route in GUARDED:
        held.clear()
        held.update(set(GRANTS) - {route.permission})
        if not turned_away(answer := ask(client, route)):
            wrong[name_of(route)] = f"open without {route.permission}: {answer.status_code}"
        held.clear()
        held.add(route.permission)
        answer = ask(client, route)
        if turned_away(answer) or answer.status_code >= 500:
            wrong[name_of(route)] = f"{answer.status_code} with {route.permission}"
    assert wrong == {}


@pytest.mark.django_db
@pytest.mark.parametrize("role", Role)
def test_the_admin_opens_for_administrators_only(role):
    client = Client()
    client.force_login(someone(role))
    assert (client.get("/admin/").status_code == 200) is (role == Role.ADMIN)


def test_administrators_move_no_money():
    """They set limits and gateways; what pays, refunds, credits or writes off is for others."""
    moving = ("refund_", "pay_", "record_payment", "credit_", "write_off", "send_refund")
    money = {
        permission
        for permission, roles in GRANTS.items()
        if Role.ADMIN in roles and permission.partition(".")[2].startswith(moving)
    }
    assert money == set()
    assert Role.ADMIN not in GRANTS["core.decide_approval"]


def test_integrations_decide_nothing_as_a_second_person():
    assert Role.INTEGRATION not in GRANTS["core.decide_approval"]
    assert Role.INTEGRATION not in GRANTS["core.make_token"]
