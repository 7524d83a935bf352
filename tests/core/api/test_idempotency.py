"""A POST that is sent again: answered the same, done once."""

import threading

import pytest
from django.db import connection

from core.models import IdempotentRequest, Note
from core.roles import Role
from tests.builders.api import Caller, caller
from tests.builders.people import someone
from tests.races import at_once

NOTE = {"text": "Rang the customer."}


@pytest.fixture
def api(db):
    user = someone(Role.AGENT, Role.ADMIN)
    found = caller(user)
    found.note = {**NOTE, "subject": f"user:{user.pk}"}
    return found


def test_the_same_request_again_is_answered_the_same_and_done_once(api):
    first = api.post("/notes", api.note, idempotency_key="k1")
    second = api.post("/notes", api.note, idempotency_key="k1")

    assert first.status_code == second.status_code == 201
    assert first.content == second.content
    assert second["Idempotent-Replayed"] == "true"
    assert second["Content-Type"] == "application/json"
    assert Note.objects.count() == 1


def test_another_body_under_the_same_key_is_refused(api):
    api.post("/notes", api.note, idempotency_key="k1")
    other = api.post("/notes", {**api.note, "text": "Other"}, idempotency_key="k1")

    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert Note.objects.count() == 1


def test_without_a_key_it_is_done_again(api):
    api.post("/notes", api.note)
    api.post("/notes", api.note)
    assert Note.objects.count() == 2


def test_the_keys_of_two_principals_never_meet(api):
    other = someone(Role.AGENT, Role.ADMIN)
    api.post("/notes", api.note, idempotency_key="k1")
    answer = caller(other).post("/notes", api.note, idempotency_key="k1")
    assert answer.status_code == 201
    assert "Idempotent-Replayed" not in answer
    assert Note.objects.count() == 2


def test_a_refusal_leaves_the_key_free(api):
    refused = api.post("/notes", {**api.note, "text": ""}, idempotency_key="k1")
    assert refused.status_code == 422
    assert IdempotentRequest.objects.count() == 0
    assert api.post("/notes", api.note, idempotency_key="k1").status_code == 201


@pytest.mark.parametrize("key", ["", "x" * 256, "sch\u00f6n", "a\tb"])
def test_a_malformed_key_is_refused(api, key):
    answer = api.post("/notes", api.note, idempotency_key=key)
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_malformed")


def test_a_crash_in_the_middle_undoes_all_and_leaves_the_key_free(api, monkeypatch):
    """The change and its answer commit together, so that neither can be there alone."""

    def crash(**_: object) -> None:
        raise SystemError("the process dies here")

    monkeypatch.setattr(IdempotentRequest.objects, "create", crash)
    assert api.post("/notes", api.note, idempotency_key="k1").status_code == 500
    assert Note.objects.count() == 0
    monkeypatch.undo()

    assert api.post("/notes", api.note, idempotency_key="k1").status_code == 201
    assert Note.objects.count() == 1


def test_it_costs_two_questions_and_one_row(api, django_assert_max_num_queries):
    api.post("/notes", api.note)
    with django_assert_max_num_queries(20) as plain:
        api.post("/notes", api.note)
    with django_assert_max_num_queries(20) as keyed:
        api.post("/notes", api.note, idempotency_key="k1")
    own = [q for q in keyed.captured_queries if "SAVEPOINT" not in q["sql"]]
    before = [q for q in plain.captured_queries if "SAVEPOINT" not in q["sql"]]
    assert len(own) - len(before) == 3  # lock, look, keep


@pytest.mark.django_db(transaction=True)
def test_while_the_first_runs_the_second_is_turned_away():
    user = someone(Role.AGENT, Role.ADMIN)
    api = caller(user)
    note = {**NOTE, "subject": f"user:{user.pk}"}
    with connection.cursor() as cursor:  # the first one holds its key
        name = api.post("/notes", note) and f"token:{api.token[:15]} k1"
        cursor.execute("SELECT pg_advisory_lock(hashtextextended(%s, 7003))", [name])
        found = []

        def second() -> None:
            found.append(api.post("/notes", note, idempotency_key="k1"))
            connection.close()

        thread = threading.Thread(target=second)
        thread.start()
        thread.join(10)
        cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 7003))", [name])
    assert (found[0].status_code, found[0].json()["code"]) == (409, "idempotency_key_in_use")


@pytest.mark.django_db(transaction=True)
def test_of_eight_at_once_one_is_done():
    user = someone(Role.AGENT, Role.ADMIN)
    token = caller(user).token
    note = {**NOTE, "subject": f"user:{user.pk}"}
    statuses = []

    def send() -> None:
        statuses.append(Caller(token).post("/notes", note, idempotency_key="k1").status_code)

    at_once(8, send)

    assert Note.objects.count() == 1
    assert set(statuses) <= {201, 409}
    assert 201 in statuses
