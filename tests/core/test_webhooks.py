"""Webhooks: signed, tried again, given up in the open, sent again by hand."""

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from django.db import transaction
from standardwebhooks import Webhook

from core.actor import acting, person
from core.errors import BadValue, NotPermitted
from core.events import historical, publish
from core.facts import JobRetried, NoteAdded
from core.jobs import LIMIT, work_off
from core.letters import retry_job
from core.models import Job, WebhookDelivery, WebhookEndpoint
from core.relay import relay_once
from core.roles import Role
from core.webhooks import (
    GIVEN_UP_MAX,
    add_webhook,
    change_webhook,
    delete_webhook,
    deliver,
    resend_webhook,
)
from tests.builders.api import caller
from tests.builders.people import someone

pytestmark = pytest.mark.django_db


@pytest.fixture
def server():
    """A receiver; `server.status` is what it answers, `server.got` what it got."""

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            found.got.append((dict(self.headers), body))
            self.send_response(found.status)
            if found.status == 302:
                self.send_header("Location", "http://127.0.0.1:1/")
            self.end_headers()
            self.wfile.write(b"thanks\x00")

        def log_message(self, *_: object) -> None:
            pass

    found = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    found.got, found.status = [], 204
    found.url = f"http://127.0.0.1:{found.server_port}/hooks"
    Thread(target=found.serve_forever, daemon=True).start()
    yield found
    found.shutdown()
    found.server_close()


def happen() -> None:
    with transaction.atomic():
        publish(NoteAdded(subject="order:7", note_id=3))
    relay_once()


def due() -> None:
    from core.jobs import admit_jobs

    admit_jobs()
    Job.objects.filter(state="waiting").update(not_before="2020-01-01T00:00Z")


def test_an_event_arrives_signed_as_the_standard_says(server):
    endpoint = add_webhook(server.url)
    relay_once()
    WebhookDelivery.objects.all().delete()
    happen()
    due()
    while work_off(deliver):
        pass

    headers, body = server.got[-1]
    Webhook(endpoint.secret).verify(body, {name.lower(): value for name, value in headers.items()})
    told = json.loads(body)
    assert told["type"] == "note.added"
    assert told["data"]["note_id"] == 3
    delivery = WebhookDelivery.objects.get()
    assert headers["webhook-id"] == f"evt_{delivery.number}"
    assert (delivery.state, delivery.status, delivery.attempts) == ("sent", 204, 1)
    assert delivery.sent_at is not None


def test_only_wanted_live_events_of_active_endpoints_are_sent(server):
    wants_jobs = add_webhook(server.url, events=["job.retried"])
    off = add_webhook(server.url)
    change_webhook(off.pk, active=False)
    relay_once()
    WebhookDelivery.objects.all().delete()

    happen()
    with historical(), transaction.atomic():
        publish(JobRetried(job_id=1, kind="x", key="y"))
    with transaction.atomic():
        publish(JobRetried(job_id=1, kind="x", key="y"))
    relay_once()

    found = WebhookDelivery.objects.values_list("endpoint", "event")
    assert list(found) == [(wants_jobs.pk, "job.retried")]


def one(server) -> WebhookDelivery:
    add_webhook(server.url, events=["note.added"])
    happen()
    return WebhookDelivery.objects.get()


@pytest.mark.parametrize("status", [500, 404, 302])
def test_what_is_not_taken_is_tried_again_with_the_same_id_and_given_up_after_eight(server, status):
    server.status = status
    delivery = one(server)
    for _ in range(LIMIT):
        due()
        work_off(deliver)

    delivery.refresh_from_db()
    assert (delivery.state, delivery.status, delivery.attempts) == ("failed", status, LIMIT)
    assert delivery.answer == ("thanks" if status != 302 else "")
    assert len({headers["webhook-id"] for headers, _ in server.got}) == 1
    assert len(server.got) == LIMIT  # a redirect is not followed
    assert Job.objects.get(kind="core.deliver_webhook").state == "dead"


def test_after_five_given_up_in_a_row_the_endpoint_is_switched_off(server):
    server.status = 500
    add_webhook(server.url, events=["note.added"])
    for _ in range(GIVEN_UP_MAX):
        happen()
    for _ in range(LIMIT):
        due()
        while work_off(deliver):
            pass
    endpoint = WebhookEndpoint.objects.get()
    assert (endpoint.active, endpoint.failures) == (False, GIVEN_UP_MAX)
    happen()
    assert WebhookDelivery.objects.count() == GIVEN_UP_MAX
    assert change_webhook(endpoint.pk, active=True).failures == 0


def test_success_forgets_earlier_failures(server):
    delivery = one(server)
    WebhookEndpoint.objects.update(failures=4)
    due()
    work_off(deliver)
    delivery.refresh_from_db()
    assert delivery.state == "sent"
    assert WebhookEndpoint.objects.get().failures == 0


def test_sent_again_by_hand_it_has_the_same_id(server):
    delivery = one(server)
    due()
    work_off(deliver)
    resend_webhook(delivery.pk)
    due()
    work_off(deliver)
    first, second = server.got
    assert first[0]["webhook-id"] == second[0]["webhook-id"]


def test_a_host_that_does_not_answer_is_a_failure_with_its_reason():
    add_webhook("http://127.0.0.1:1/", events=["note.added"])
    happen()
    due()
    work_off(deliver)
    delivery = WebhookDelivery.objects.get()
    assert delivery.status is None
    assert "Connection" in delivery.answer


@pytest.mark.parametrize(
    "url",
    ["ftp://example.com/", "http://127.0.0.1/", "http://10.1.2.3/x", "http://[::1]/", "http:///x"],
)
def test_addresses_inside_our_own_network_are_refused(url, settings):
    settings.WEBHOOKS_TO_PRIVATE = False
    with pytest.raises(BadValue) as refused:
        add_webhook(url)
    assert refused.value.facts["field"] == "url"


def test_an_address_that_moved_inside_is_not_asked(server, settings):
    delivery = one(server)
    settings.WEBHOOKS_TO_PRIVATE = False
    due()
    work_off(deliver)
    delivery.refresh_from_db()
    assert server.got == []
    assert "own network" in delivery.answer


def test_unknown_events_are_refused():
    with pytest.raises(BadValue):
        add_webhook("http://localhost/", events=["order.flown"])


def test_only_administrators_make_them():
    with acting(person(someone(Role.MANAGER))), pytest.raises(NotPermitted):
        add_webhook("http://localhost/")


def test_through_the_api_the_secret_is_shown_once():
    api = caller(someone(Role.ADMIN))
    made = api.post("/webhooks", {"url": "http://localhost:1/x", "events": ["note.added"]})
    assert made.status_code == 201
    assert made.json()["secret"].startswith("whsec_")
    shown = api.get(made["Location"]).json()
    assert "secret" not in shown
    assert shown["events"] == ["note.added"]
    assert api.delete(made["Location"]).status_code == 204
    assert api.get(made["Location"]).status_code == 404


def test_a_deleted_endpoint_takes_its_deliveries_along(server):
    one(server)
    delete_webhook(WebhookEndpoint.objects.get().pk)
    assert WebhookDelivery.objects.count() == 0


def test_a_dead_letter_is_sent_again_through_the_api():
    letter = Job.objects.create(kind="core.housekeeping", key="nightly", state="dead", attempts=8)
    answer = caller(someone(Role.MANAGER)).post(f"/jobs/{letter.pk}/retry")
    assert answer.json()["state"] == "done"
    assert Job.objects.filter(kind="core.housekeeping", state="asked").count() == 1
    again = caller(someone(Role.MANAGER)).post(f"/jobs/{letter.pk}/retry")
    assert (again.status_code, again.json()["code"]) == (409, "job_not_dead")
    assert retry_job.__doc__
