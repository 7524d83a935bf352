"""What every route does the same way."""

import json

import pytest
from django.core.cache import cache

from core.api.serializers import StrictSerializer
from core.models import ApiToken, Decision, EventRecord, WebhookEndpoint, WorkItem
from core.roles import Role
from core.work import open_work
from tests.builders.api import Caller, caller
from tests.builders.people import someone

pytestmark = pytest.mark.django_db


@pytest.fixture
def api():
    return caller(someone(Role.MANAGER, Role.ADMIN, Role.AGENT))


def problem(answer):
    assert answer["Content-Type"] == "application/problem+json"
    body = answer.json()
    assert set(body) == {
        "type", "title", "status", "detail", "code", "facts", "errors", "request_id",
    }  # fmt: skip
    assert body["status"] == answer.status_code
    return body


def note(text="Hello", **fields):
    return {"subject": "user:1", "text": text, **fields}


def test_an_unknown_address_is_a_problem(api):
    for path in ("/api/v1/nothing", "/api/v9", "/api/", "/api/v1/batches/"):
        assert problem(api.get(path))["code"] == "not_there"


def test_an_unknown_address_is_a_problem_for_who_posts_too():
    from django.test import Client

    answer = Client(enforce_csrf_checks=True).post("/api/v1/nothing", {})
    assert problem(answer)["status"] == 404


def test_an_unknown_thing_is_a_problem(api):
    assert problem(api.get("/batches/0123456789abcdef"))["status"] == 404


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_a_method_that_is_not_there_is_405_with_those_that_are(api, method):
    answer = api.ask(method, "/batches", {})
    assert problem(answer)["code"] == "method_not_allowed"
    assert "GET" in answer["Allow"]


def test_other_media_types_are_refused(api):
    sent = api.post("/notes", b"a=1", content_type="application/x-www-form-urlencoded")
    assert problem(sent)["status"] == 415
    assert problem(api.get("/batches", Accept="text/html"))["status"] == 406


@pytest.mark.parametrize(
    ("body", "status", "word"),
    [
        (b"", 422, "required"),
        (b"{", 400, "JSON"),
        (b"\xff\xfe", 400, ""),
        (b"null", 422, ""),
        (b"[]", 422, ""),
        (b'"x"', 422, ""),
        (b'{"text": NaN}', 400, ""),
        (b'{"text": -Infinity}', 400, ""),
        (b'{"text": 1e999}', 422, "too large"),
        (b'{"text": 99999999999999999999}', 422, "9223372036854775807"),
        (b'{"text": "a\\u0000b"}', 422, "control"),
        (b'{"text": "a\\u0007b"}', 422, "control"),
        (b'{"text": "\\ud800"}', 422, "control"),
        (b'{"te\\u0000xt": 1}', 422, "control"),
        (b'{"a":' * 10_000 + b"1" + b"}" * 10_000, 400, "nested"),
        (b"[" * 400_000, 400, "nested"),
        (b'{"subject": "user:1", "text": 12}', 422, "string"),
        (b'{"subject": "user:1", "text": true}', 422, "string"),
        (b'{"subject": "user:1", "text": null}', 422, "null"),
        (b'{"subject": "user:1", "text": {}}', 422, "string"),
        (b'{"subject": "user:1"}', 422, "required"),
        (b'{"subject": "user:1", "text": "x", "colour": "red"}', 422, "no such field"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_bad_body_is_refused_by_field(api, body, status, word):
    told = problem(api.post("/notes", body))
    assert told["status"] == status
    assert word in json.dumps(told)
    if status == 422:
        assert told["errors"]
        assert all(error["pointer"].startswith("/") for error in told["errors"])


def test_tabs_and_line_breaks_in_text_are_fine(api):
    user = someone(Role.AGENT)
    answer = api.post("/notes", {"subject": f"user:{user.pk}", "text": "a\tb\nc\r\nd 💚"})
    assert answer.json()["text"] == "a\tb\nc\r\nd 💚"


def test_a_body_over_the_limit_is_413(api, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    assert problem(api.post("/notes", note("x" * 2000)))["status"] == 413


@pytest.mark.parametrize(
    "query",
    [
        "cursor=%00", "cursor=abc", "cursor=" + "A" * 5000, "limit=0", "limit=201", "limit=x",
        "limit=" + "9" * 5000, "state=nothing", "q=%00", "expand=secrets",
    ],
)  # fmt: skip
def test_a_bad_parameter_is_422(api, query):
    assert problem(api.get(f"/batches?{query}"))["status"] == 422


@pytest.mark.parametrize("after", ["-1", "x", "1" * 30, "%00", "٣"])
def test_the_feed_takes_numbers_only(api, after):
    assert problem(api.get(f"/events?after={after}"))["errors"][0]["pointer"] == "/after"


def test_pages_follow_each_other_without_gap_or_repetition(api):
    for number in range(7):
        open_work("test", f"x:{number}", title=str(number), url="", permission="core.view_job",
                  priority=number % 2)  # fmt: skip
    titles, url = [], "/api/v1/work?limit=3"
    while url:
        page = api.get(url.removeprefix("http://testserver")).json()
        titles += [row["title"] for row in page["results"]]
        url = page["next"]
    assert titles == ["5", "3", "1", "6", "4", "2", "0"]

    back = []
    while page["previous"]:
        page = api.get(page["previous"].removeprefix("http://testserver")).json()
        back.append([row["title"] for row in page["results"]])
    assert back == [["6", "4", "2"], ["5", "3", "1"]]


def test_what_was_changed_meanwhile_is_not_overwritten(api):
    made = api.post("/webhooks", {"url": "http://localhost:1/x"}).json()
    address = f"/webhooks/{made['id']}"
    seen = api.get(address)["ETag"]
    changed = api.patch(address, {"active": False}, if_match=seen)
    assert changed.status_code == 200
    assert changed["ETag"] != seen

    late = api.patch(address, {"active": True}, if_match=seen)

    assert problem(late)["code"] == "changed_meanwhile"
    assert late.status_code == 412
    assert WebhookEndpoint.objects.get().active is False
    assert api.patch(address, {"active": True}, if_match="*").status_code == 200


def test_what_has_not_changed_is_not_sent_again(api):
    made = api.post("/webhooks", {"url": "http://localhost:1/x"}).json()
    first = api.get(f"/webhooks/{made['id']}")
    again = api.get(f"/webhooks/{made['id']}", if_none_match=first["ETag"])
    assert again.status_code == 304
    assert again.content == b""


def test_every_answer_tells_the_limit_and_over_it_is_429(api):
    ApiToken.objects.update(rate_per_minute=2)
    cache.clear()
    first, second = api.get("/batches"), api.get("/batches")
    assert first["RateLimit-Limit"] == "2"
    assert (first["RateLimit-Remaining"], second["RateLimit-Remaining"]) == ("1", "0")

    third = api.get("/batches")

    assert problem(third)["code"] == "too_many_requests"
    assert third.status_code == 429
    assert 1 <= int(third["Retry-After"]) <= 62
    assert third["RateLimit-Remaining"] == "0"


def test_the_limit_of_one_is_not_anothers(api):
    ApiToken.objects.update(rate_per_minute=1)
    cache.clear()
    api.get("/batches")
    assert api.get("/batches").status_code == 429
    assert caller(someone(Role.MANAGER)).get("/batches").status_code == 200


def test_a_session_needs_its_csrf_token():
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    client.force_login(someone(Role.AGENT))
    answer = client.post("/api/v1/notes", note(), content_type="application/json")
    assert problem(answer)["status"] == 403


def test_a_bug_is_a_500_in_the_apis_words(api, monkeypatch):
    def bug(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("core.api.people.notes_on", bug)
    user = someone(Role.AGENT)
    assert problem(api.get(f"/notes?subject=user:{user.pk}"))["code"] == "bug"


def test_who_is_bound_to_channels_hears_only_of_theirs():
    for number, payload in enumerate(
        [{"channel_id": 1}, {"channel_id": 2}, {"order_id": 5}, {"warehouse_id": 1}], 1
    ):
        EventRecord.objects.create(
            number=number, name="test", payload=payload, subjects=[], actor="x",
            happened_at="2026-01-01T00:00Z",
        )  # fmt: skip
    everywhere = caller(someone(Role.MANAGER))
    assert len(everywhere.get("/events").json()["results"]) == 4
    nowhere = caller(someone(Role.MANAGER, all_channels=False))
    assert nowhere.get("/events").json()["results"] == []


def test_the_feed_is_read_by_number(api):
    for number in (1, 2, 3):
        EventRecord.objects.create(
            number=number, name=f"test.{number}", payload={}, subjects=[], actor="x",
            happened_at="2026-01-01T00:00Z",
        )  # fmt: skip
    EventRecord.objects.create(
        name="test.unseen", payload={}, subjects=[], actor="x", happened_at="2026-01-01T00:00Z"
    )
    page = api.get("/events?after=1&limit=1").json()
    assert [row["number"] for row in page["results"]] == [2]
    assert page["next_after"] == 2
    assert api.get("/events?after=3").json() == {"results": [], "next_after": 3}
    assert len(api.get("/events?name=test.1&name=test.3").json()["results"]) == 2


def test_an_expandable_part_comes_only_when_asked_for():
    from rest_framework import serializers

    from core.api.serializers import Expandable

    class Out(Expandable):
        title = serializers.CharField()

        class Meta:
            model = WorkItem
            fields = ["kind", "title"]
            expandable = ["title"]

    assert set(Out(WorkItem()).data) == {"kind"}
    assert set(Out(WorkItem(), context={"expand": ("title",)}).data) == {"kind", "title"}


def test_wrong_json_types_are_refused_inside_lists_and_nested_objects_too():
    from rest_framework import serializers

    class Inner(StrictSerializer):
        units = serializers.IntegerField()

    class Outer(StrictSerializer):
        lines = Inner(many=True)
        tags = serializers.ListField(child=serializers.CharField(), required=False)
        late = serializers.BooleanField(required=False)

    def faults(data):
        given = Outer(data=data)
        return "" if given.is_valid() else json.dumps(given.errors)

    assert faults({"lines": [{"units": 1}]}) == ""
    assert "whole number" in faults({"lines": [{"units": "1"}]})
    assert "whole number" in faults({"lines": [{"units": 1.0}]})
    assert "whole number" in faults({"lines": [{"units": True}]})
    assert "no such field" in faults({"lines": [{"units": 1, "x": 1}]})
    assert "string" in faults({"lines": [], "tags": [1]})
    assert "true or false" in faults({"lines": [], "late": "yes"})
    assert "list" in faults({"lines": [], "tags": "a"})


def test_decisions_are_read(api):
    Decision.objects.create(
        kind="k", subject="order:7", sentence="s", policy="p 1", actor="x",
        decided_at="2026-01-01T00:00Z",
    )  # fmt: skip
    assert api.get("/decisions?subject=order:7").json()["results"][0]["policy"] == "p 1"


def test_strangers_learn_nothing_of_the_document():
    assert Caller().get("/api/schema").status_code == 401
    assert Caller().get("/api/docs").status_code == 401
