"""An exception that a person raises, by page and by API; a hold that is misspelled."""

import pytest
from django.urls import reverse
from rest_framework.test import APIClient

from core.roles import Role
from orders.models import OrderException
from orders.operations.hold import hold_order
from tests.builders.inventory import channel
from tests.builders.orders import placed_order
from tests.builders.people import someone

pytestmark = pytest.mark.django_db
URL = "/api/v1/exceptions"


def api_of(role: Role, **fields: object) -> APIClient:
    api = APIClient()
    api.force_login(someone(role, **fields))
    return api


def test_an_exception_is_raised_through_the_api():
    order = placed_order(MUG=1)
    given = {"order": order.public_id, "sentence": "The customer called.", "severity": 3}

    made = api_of(Role.AGENT).post(URL, given, format="json")

    assert made.status_code == 201, made.json()
    row = OrderException.objects.get()
    assert made["Location"] == f"{URL}/{row.public_id}"
    assert (row.kind, row.order, row.severity) == ("other", order, 3)


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"order": "0000000000000000"}, "/order"),
        ({"sentence": ""}, "/sentence"),
        ({"severity": 4}, "/severity"),
        ({"kind": "oversold"}, "/kind"),
    ],
)
def test_what_will_not_do_is_named(changes, pointer):
    given = {"order": placed_order(MUG=1).public_id, "sentence": "Look."} | changes

    answer = api_of(Role.AGENT).post(URL, given, format="json")

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == pointer
    assert not OrderException.objects.exists()


def test_an_order_out_of_reach_reads_as_none():
    channel("web")
    given = {"order": placed_order(MUG=1).public_id, "sentence": "Look."}

    answer = api_of(Role.AGENT, all_channels=False).post(URL, given, format="json")

    assert answer.json()["errors"][0]["detail"] == "order: There is no such order."


def test_an_exception_is_raised_on_the_page(client):
    client.force_login(someone(Role.AGENT))
    order = placed_order(MUG=1)
    address = reverse("orders:order_exception", args=[order.public_id])
    assert address in client.get(order.get_absolute_url()).content.decode()

    answer = client.post(address, {"sentence": "Look.", "severity": "3"})

    row = OrderException.objects.get()
    assert answer["Location"] == row.get_absolute_url()
    assert client.post(address, {"sentence": "", "severity": "9"}).status_code == 422


def test_a_misspelled_hold_takes_none_off(client):
    client.force_login(someone(Role.AGENT))
    order = placed_order(MUG=1)
    hold_order(order.pk, reason="wait")
    address = reverse("orders:order_resume", args=[order.public_id])

    assert client.post(f"{address}?hold_id=x").status_code == 404
    assert order.holds.filter(released_at=None).exists()
