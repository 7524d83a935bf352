"""Tokens: cached, scoped, bound, ending; made by people, shown once."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core import clock
from core.actor import acting, person
from core.errors import BadValue, NotPermitted
from core.models import ApiToken
from core.people import change_person
from core.roles import Role
from core.tokens import make_token, revoke_token
from tests.builders.api import Caller, caller, token_for
from tests.builders.people import someone

pytestmark = pytest.mark.django_db


def test_without_a_token_nobody_gets_in():
    answer = Caller().get("/batches")

    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["WWW-Authenticate"] == "Token"
    assert answer.json()["code"] == "not_authenticated"
    assert answer.json()["request_id"] == answer["X-Request-ID"]


def test_an_unknown_token_is_told_so():
    answer = Caller("f" * 64).get("/batches")
    assert (answer.status_code, answer.json()["code"]) == (401, "token_unknown")


@pytest.mark.parametrize("header", ["Token", "Token a b", "Bearer é", "token  "])
def test_a_malformed_header_is_no_server_error(header):
    answer = Caller().get("/batches", Authorization=header)
    assert answer.status_code == 401


def test_an_expired_token_says_since_when():
    user = someone(Role.MANAGER)
    text = token_for(user)
    ends = clock.now().replace(microsecond=0) - timedelta(days=1)
    ApiToken.objects.update(expiry=ends)

    answer = Caller(text).get("/batches")

    assert (answer.status_code, answer.json()["code"]) == (401, "token_expired")
    assert f"{ends:%Y-%m-%d %H:%M} UTC" in answer.json()["detail"]


def test_a_cached_token_expires_on_time(monkeypatch):
    api = caller(someone(Role.MANAGER), expires_at=clock.now() + timedelta(hours=1))
    assert api.get("/batches").status_code == 200

    from django.utils import timezone

    later = timezone.now() + timedelta(hours=2)
    monkeypatch.setattr("core.api.auth.timezone.now", lambda: later)
    assert api.get("/batches").json()["code"] == "token_expired"


@pytest.mark.django_db(transaction=True)
def test_a_revoked_token_ends_at_once_though_it_was_cached():
    user = someone(Role.MANAGER)
    api = caller(user)
    assert api.get("/batches").status_code == 200

    with acting(person(user)):
        revoke_token(ApiToken.objects.get().token_key)

    assert api.get("/batches").json()["code"] == "token_revoked"


@pytest.mark.django_db(transaction=True)
def test_a_person_who_left_takes_their_tokens_along():
    user = someone(Role.MANAGER)
    api = caller(user)
    assert api.get("/batches").status_code == 200

    change_person(user.pk, is_active=False)

    assert api.get("/batches").json()["code"] == "token_user_inactive"


@pytest.mark.django_db(transaction=True)
def test_a_role_that_is_taken_away_is_gone_from_the_cached_token_too():
    user = someone(Role.MANAGER)
    api = caller(user)
    assert api.get("/jobs").status_code == 200

    change_person(user.pk, roles=[Role.PICKER])

    assert api.get("/jobs").status_code == 403


def test_who_asks_again_costs_no_query_for_the_token():
    api = caller(someone(Role.MANAGER))
    api.get("/batches")
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert api.get("/batches").status_code == 200
    assert len(queries) == 1  # the batches


def test_scopes_cut_the_rights():
    user = someone(Role.MANAGER)
    narrow = caller(user, "core.view_batch")
    assert narrow.get("/batches").status_code == 200
    refused = narrow.get("/jobs")
    assert (refused.status_code, refused.json()["code"]) == (403, "not_permitted")
    assert refused.json()["facts"] == {"permission": "core.view_job"}
    assert caller(user, "core.*").get("/jobs").status_code == 200


def test_a_scope_gives_nobody_a_right_that_the_person_lacks():
    assert caller(someone(Role.AGENT), "*").get("/jobs").status_code == 403


def test_a_token_is_made_by_a_person_shown_once_and_listed_without_its_text():
    user = someone(Role.MANAGER)
    api = Caller()
    api.client.force_login(user)
    body = {
        "name": "nightly",
        "scopes": ["core.view_batch"],
        "expires_at": (clock.now() + timedelta(days=1)).isoformat(),
    }
    made = api.post("/tokens", body)

    assert made.status_code == 201
    text = made.json()["token"]
    assert Caller(text).get("/batches").status_code == 200
    listed = api.get("/tokens").json()["results"]
    assert [row["name"] for row in listed] == ["nightly"]
    assert text not in str(listed)
    assert ApiToken.objects.filter(digest=text).count() == 0  # only its hash is kept
    ended = api.post(f"{made['Location']}/revoke")
    assert ended.json()["revoked_at"] is not None


def test_a_token_cannot_make_tokens():
    api = caller(someone(Role.MANAGER))
    body = {
        "name": "more",
        "scopes": ["*"],
        "expires_at": (clock.now() + timedelta(days=1)).isoformat(),
    }
    answer = api.post("/tokens", body)
    assert (answer.status_code, answer.json()["code"]) == (403, "not_by_token")


def test_only_administrators_make_tokens_for_integrations_and_for_nobody_else():
    shop = someone(Role.INTEGRATION)
    colleague = someone(Role.MANAGER)
    ends = clock.now() + timedelta(days=1)

    with acting(person(someone(Role.MANAGER))), pytest.raises(NotPermitted):
        make_token("x", scopes=["*"], expires_at=ends, user_id=shop.pk)
    with acting(person(someone(Role.ADMIN))):
        token, _ = make_token("x", scopes=["*"], expires_at=ends, user_id=shop.pk)
        with pytest.raises(BadValue):
            make_token("x", scopes=["*"], expires_at=ends, user_id=colleague.pk)
    assert token.user == shop


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("scopes", []),
        ("scopes", ["core.fly"]),
        ("name", "  "),
        ("expires_at", clock.now() - timedelta(days=1)),
        ("expires_at", clock.now() + timedelta(days=1000)),
        ("channel_ids", [999_999]),
    ],
)
def test_a_token_with_a_wrong_part_is_refused_by_field(field, value):
    user = someone(Role.MANAGER, all_channels=False)
    good = {"name": "x", "scopes": ["*"], "expires_at": clock.now() + timedelta(days=1)}
    name = (good | {field: value}).pop("name")
    rest = {key: part for key, part in (good | {field: value}).items() if key != "name"}
    with acting(person(user)), pytest.raises(BadValue) as refused:
        make_token(name, **rest)
    assert refused.value.facts["field"] == field
