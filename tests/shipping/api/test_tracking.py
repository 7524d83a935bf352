"""The carriers' webhook: signed, once, in any order, sometimes too early."""

import json
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from rest_framework.test import APIClient
from standardwebhooks.webhooks import Webhook

from core.inbox import retry_parked
from core.models import InboxMessage
from orders.models import Order
from shipping.models import Carrier, TrackingEvent
from tests.builders.shipping import handed_over

pytestmark = pytest.mark.django_db
_ids = count(1)


def send(carrier, body, *, event_id=None, secret=None, when=None, path=None):
    event_id = event_id or f"evt_{next(_ids)}"
    when = when or datetime.now(UTC)
    data = body if isinstance(body, str) else json.dumps(body)
    signature = Webhook(secret or carrier.webhook_secret).sign(event_id, when, data)
    headers = {
        "webhook-id": event_id, "webhook-timestamp": str(int(when.timestamp())),
        "webhook-signature": signature,
    }  # fmt: skip
    return APIClient().post(
        path or f"/api/v1/tracking/{carrier.code}", data, content_type="application/json",
        headers=headers,
    )  # fmt: skip


def report(number, code="delivered", *, hours=0):
    when = datetime.now(UTC) - timedelta(hours=hours)
    return {"tracking_number": number, "code": code, "happened_at": when.isoformat()}


def test_a_signed_report_delivers_the_parcel_and_closes_the_order():
    parcel = handed_over(MUG=1)

    answer = send(parcel.carrier, report(parcel.tracking_number))

    assert (answer.status_code, answer.json()) == (200, {"state": "done"})
    parcel.refresh_from_db()
    assert parcel.state == "delivered"
    assert Order.objects.get().status == "closed"


def test_the_same_message_twice_is_taken_once():
    parcel = handed_over(MUG=1)
    body = report(parcel.tracking_number, "in_transit")

    first = send(parcel.carrier, body, event_id="evt_same")
    again = send(parcel.carrier, body, event_id="evt_same")

    assert (first.json()["state"], again.json()["state"]) == ("done", "duplicate")
    assert TrackingEvent.objects.count() == 1


def test_an_unknown_parcel_is_waited_for():
    parcel = handed_over(MUG=1)
    number = parcel.tracking_number
    type(parcel).objects.update(tracking_number="NOT-YET")

    answer = send(parcel.carrier, report(number))
    assert (answer.status_code, answer.json()["state"]) == (202, "parked")
    message = InboxMessage.objects.get()
    type(parcel).objects.update(tracking_number=number)
    retry_parked.do(str(message.pk))

    message.refresh_from_db()
    parcel.refresh_from_db()
    assert (message.state, parcel.state) == ("done", "delivered")


@pytest.mark.parametrize("moment", ["2026-11-24T09:00", "2026-11-24 09:00:00.25+05:30"])
def test_what_was_waited_for_is_read_as_it_would_have_been_at_once(moment):
    parcel = handed_over(MUG=1)
    number = parcel.tracking_number
    type(parcel).objects.update(tracking_number="NOT-YET")
    body = report(number, "in_transit") | {"happened_at": moment, "tracking_number": f" {number} "}
    assert send(parcel.carrier, body).json()["state"] == "parked"
    type(parcel).objects.update(tracking_number=number)

    retry_parked.do(str(InboxMessage.objects.get().pk))
    assert send(parcel.carrier, body).json()["state"] == "done"

    assert InboxMessage.objects.filter(state="done").count() == 2
    assert TrackingEvent.objects.count() == 1


def test_a_carrier_that_gets_no_more_parcels_is_still_heard():
    parcel = handed_over(MUG=1)
    Carrier.objects.update(active=False)

    assert send(parcel.carrier, report(parcel.tracking_number)).status_code == 200


@pytest.mark.parametrize("fault", ["secret", "old", "changed", "none", "carrier"])
def test_what_is_not_signed_by_the_carrier_is_turned_away(fault):
    parcel = handed_over(MUG=1)
    other = Carrier.objects.exclude(pk=parcel.carrier_id).first()
    body = report(parcel.tracking_number)
    if fault == "secret":
        answer = send(parcel.carrier, body, secret=other.webhook_secret)
    elif fault == "old":
        answer = send(parcel.carrier, body, when=datetime.now(UTC) - timedelta(hours=1))
    elif fault == "carrier":
        answer = send(parcel.carrier, body, path="/api/v1/tracking/nobody")
    elif fault == "none":
        answer = APIClient().post(f"/api/v1/tracking/{parcel.carrier.code}", body, format="json")
    else:
        answer = send(parcel.carrier, body, path=f"/api/v1/tracking/{other.code}")

    assert answer.status_code == 401
    assert not TrackingEvent.objects.exists()


@pytest.mark.parametrize(
    "body",
    [
        "", "[]", "null", "{", '"x"', json.dumps({"tracking_number": "X"}),
        json.dumps({"tracking_number": 7, "code": "lost", "happened_at": "2026-11-24T09:00:00Z"}),
        json.dumps({"tracking_number": "A\x00", "code": "lost", "happened_at": "2026-11-24"}),
        json.dumps(report("X") | {"happened_at": "soon"}),
        json.dumps(report("X") | {"extra": 1}),
        "[" * 5000 + "]" * 5000,
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_and_not_kept(body):
    answer = send(Carrier.objects.first(), body)

    assert 400 <= answer.status_code < 500
    assert not InboxMessage.objects.exists()


def test_a_moment_without_zone_is_read_and_one_to_come_is_refused():
    parcel = handed_over(MUG=1)

    later = send(parcel.carrier, report(parcel.tracking_number, hours=-48))

    assert later.status_code == 422
    assert not InboxMessage.objects.exists()


def test_the_past_may_come_in_any_order():
    parcel = handed_over(MUG=1)
    for hours, code in ((1, "delivered"), (5, "accepted"), (3, "out_for_delivery")):
        assert send(
            parcel.carrier, report(parcel.tracking_number, code, hours=hours)
        ).status_code == 200  # fmt: skip

    parcel.refresh_from_db()
    assert parcel.state == "delivered"
    assert TrackingEvent.objects.count() == 3
