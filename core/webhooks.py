"""Outgoing webhooks, as Standard Webhooks says: derived by the relay, sent by jobs.

The message's id is the event's number, the same on every try, so that receivers can tell
a repetition. Deliveries of one endpoint may overtake each other; the number orders them.
"""

import ipaddress
import json
import secrets
import socket
from base64 import b64encode
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import requests
from django.conf import settings
from django.db.models import F
from django.db.models.functions import Now
from standardwebhooks import Webhook

from core import clock
from core.actor import SYSTEM
from core.errors import BadValue, Refused
from core.events import REGISTRY, publish
from core.facts import WebhookChanged
from core.jobs import job, running_job
from core.models import DeliveryState, EventRecord, WebhookDelivery, WebhookEndpoint
from core.operations import lock, operation
from core.subjects import things_of, told_things

CONNECT_SECONDS, READ_SECONDS = 5, 10
GIVEN_UP_MAX = 5  # deliveries in a row; then the endpoint is switched off
ANSWER_MAX = 500


class DeliveryFailed(Exception):  # noqa: N818 - reads as what happened
    """The endpoint did not take it; the job tries again."""


# -- deriving: in the relay --------------------------------------------------------------------


def derive_deliveries(batch: list[dict[str, Any]]) -> None:
    """Write a delivery per endpoint and live event that it wants; the relay calls this."""
    live = [row for row in batch if row["live"]]
    endpoints = WebhookEndpoint.objects.filter(active=True) if live else ()
    wanted = [
        WebhookDelivery(endpoint=endpoint, number=row["number"], event=row["name"])
        for endpoint in endpoints
        for row in live
        if not endpoint.events or row["name"] in endpoint.events
    ]
    if wanted:
        made = WebhookDelivery.objects.bulk_create(wanted)
        deliver.add_many(delivery.pk for delivery in made)


# -- sending: a job ----------------------------------------------------------------------------


@job("core.deliver_webhook", queue="default", lease=timedelta(seconds=60), batch=5)
def deliver(delivery_id: str) -> None:
    """Send one delivery. Running it again sends the same message id again."""
    delivery = WebhookDelivery.objects.select_related("endpoint").get(pk=delivery_id)
    if delivery.state != DeliveryState.WAITING or not delivery.endpoint.active:
        return
    record = EventRecord.objects.get(number=delivery.number)
    try:
        status, answer = _post(delivery.endpoint, record)
    except (requests.RequestException, Refused) as error:
        status, answer = None, f"{type(error).__name__}: {error}"
    taken = status is not None and 200 <= status < 300
    rows = WebhookDelivery.objects.filter(pk=delivery.pk)
    rows.update(status=status, answer=_clean(answer), attempts=F("attempts") + 1)
    if taken:
        rows.update(state=DeliveryState.SENT, sent_at=Now())
        WebhookEndpoint.objects.filter(pk=delivery.endpoint_id, failures__gt=0).update(failures=0)
        return
    now = running_job()
    if now is None or now.is_last_try:
        give_up(delivery.pk)
    raise DeliveryFailed(f"{delivery.endpoint.url}: {status or answer[:200]}")


def _post(endpoint: WebhookEndpoint, record: EventRecord) -> tuple[int, str]:
    require_outside(endpoint.url)
    things = told_things(record.subjects, things_of(record.subjects, SYSTEM))
    about = {"number": record.number, "things": things, "subjects": record.subjects}
    body = json.dumps(
        {
            "type": record.name,
            "timestamp": record.happened_at.isoformat(),
            "data": {**about, **record.payload},
        },
        separators=(",", ":"),
    )
    message_id, moment = f"evt_{record.number}", clock.now()
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "opsmgr-webhooks/1",
        "webhook-id": message_id,
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": Webhook(endpoint.secret).sign(message_id, moment, body),
    }
    with requests.post(
        endpoint.url,
        data=body.encode(),
        headers=headers,
        timeout=(CONNECT_SECONDS, READ_SECONDS),
        allow_redirects=False,
        stream=True,
    ) as answer:
        return answer.status_code, answer.raw.read(ANSWER_MAX, decode_content=True).decode(
            "utf-8", "replace"
        )


def _clean(text: str) -> str:
    return text.replace("\x00", "")[:ANSWER_MAX]


def require_outside(url: str) -> None:
    """Refuse what is no web address, and what lies inside our own network unless that is set."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise BadValue(field="url", fix="Give an address that starts with https://.")
    if settings.WEBHOOKS_TO_PRIVATE:
        return
    try:
        found = socket.getaddrinfo(parts.hostname, parts.port or 443, proto=socket.IPPROTO_TCP)
    except (OSError, UnicodeError) as error:
        raise BadValue(field="url", fix="That host is not known.") from error
    if not all(ipaddress.ip_address(address[4][0]).is_global for address in found):
        raise BadValue(field="url", fix="That address lies inside our own network.")


# -- operations --------------------------------------------------------------------------------


@operation(permission="core.add_webhookendpoint")
def add_webhook(url: str, *, events: Sequence[str] = ()) -> WebhookEndpoint:
    """Tell `url` of every live event, or of those named; its secret is made here.

    Raises BadValue for an address or an event that will not do. Publishes webhook.changed.
    """
    _check(url, events)
    secret = "whsec_" + b64encode(secrets.token_bytes(32)).decode()
    made = WebhookEndpoint.objects.create(url=url, events=list(events), secret=secret)
    publish(WebhookChanged(webhook_id=made.pk, active=True, why="made"))
    return made


@operation(permission="core.change_webhookendpoint")
def change_webhook(
    endpoint_id: int,
    *,
    url: str | None = None,
    events: Sequence[str] | None = None,
    active: bool | None = None,
) -> WebhookEndpoint:
    """Change an endpoint; switching it on forgets its failures. Publishes webhook.changed."""
    endpoint = lock(WebhookEndpoint, endpoint_id)
    _check(url or endpoint.url, events or ())
    endpoint.url = url or endpoint.url
    endpoint.events = endpoint.events if events is None else list(events)
    if active is not None:
        endpoint.active, endpoint.failures = active, 0
    endpoint.save()
    publish(WebhookChanged(webhook_id=endpoint.pk, active=endpoint.active, why="changed"))
    return endpoint


@operation(permission="core.delete_webhookendpoint")
def delete_webhook(endpoint_id: int) -> None:
    """Forget an endpoint and what was sent to it. Publishes webhook.changed."""
    endpoint = lock(WebhookEndpoint, endpoint_id)
    publish(WebhookChanged(webhook_id=endpoint.pk, active=False, why="deleted"))
    endpoint.delete()


@operation(permission="core.resend_webhook")
def resend_webhook(delivery_id: int) -> WebhookDelivery:
    """Send a delivery once more, whatever became of it. Raises Refused while it still waits."""
    delivery = lock(WebhookDelivery, delivery_id)
    if delivery.state == DeliveryState.WAITING:
        raise Refused
    delivery.state = DeliveryState.WAITING
    delivery.save(update_fields=["state"])
    deliver.add(delivery.pk)
    return delivery


@operation(permission="core.resend_webhook")
def give_up(delivery_id: int) -> None:
    """Write a delivery off; after five in a row the endpoint is switched off."""
    delivery = lock(WebhookDelivery, delivery_id)
    delivery.state = DeliveryState.FAILED
    delivery.save(update_fields=["state"])
    endpoint = lock(WebhookEndpoint, delivery.endpoint_id)
    endpoint.failures += 1
    if endpoint.active and endpoint.failures >= GIVEN_UP_MAX:
        endpoint.active = False
        publish(WebhookChanged(webhook_id=endpoint.pk, active=False, why="failed too often"))
    endpoint.save(update_fields=["failures", "active"])


def _check(url: str, events: Sequence[str]) -> None:
    require_outside(url)
    if len(url) > 500:
        raise BadValue(field="url", fix="An address has up to 500 characters.")
    for name in events:
        if name not in REGISTRY:
            raise BadValue(field="events", fix=f"There is no event {name[:60]!r}.")
