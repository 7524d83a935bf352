"""A lost parcel on its page and over the API: send it again, or give the money back."""

import re

import pytest
from django.test import Client
from rest_framework.test import APIClient

from core import clock
from core.roles import Role
from inventory.models import WarehouseAccess
from orders.models import Order
from returns.models import Refund
from shipping.models import Parcel
from shipping.operations.track import record_tracking
from tests.builders.inventory import stock
from tests.builders.people import someone
from tests.builders.shipping import handed_over

pytestmark = pytest.mark.django_db


@pytest.fixture
def parcel() -> Parcel:
    found = handed_over(MUG=2)
    record_tracking(
        found.tracking_number, carrier=found.carrier.code, code="lost", happened_at=clock.now()
    )
    found.refresh_from_db()
    return found


def signed_in(role: Role) -> Client:
    client = Client()
    client.force_login(someone(role))
    return client


def client_of(role: Role) -> APIClient:
    client = APIClient()
    client.force_login(someone(role))
    return client


def text_of(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def test_its_page_offers_both_to_an_agent_and_neither_to_a_picker(parcel):
    agent = text_of(signed_in(Role.AGENT).get(parcel.get_absolute_url()))
    picker = text_of(signed_in(Role.PICKER).get(parcel.get_absolute_url()))

    assert "The carrier has lost it" in agent
    assert "Send again" in agent
    assert "Refund £20.00" in agent
    assert "Send again" not in picker
    assert "Refund £20.00" not in picker


def test_the_buttons_do_it(parcel):
    agent = signed_in(Role.AGENT)

    answer = agent.post(f"/returns/lost/{parcel.public_id}/", follow=True)

    assert "is written off; its units are refunded" in text_of(answer)
    assert Refund.objects.get().kind == "lost"
    page = text_of(agent.get(parcel.get_absolute_url()))
    assert "Written off" in page
    assert "Send again" not in page
    twice = agent.post(f"/shipping/parcels/{parcel.public_id}/send-again/", follow=True)
    assert "was written off before" in text_of(twice)


def test_sent_again_from_its_page(parcel):
    stock("MUG", on_hand=9)

    answer = signed_in(Role.AGENT).post(
        f"/shipping/parcels/{parcel.public_id}/send-again/", follow=True
    )

    assert answer.redirect_chain[-1][0] == Order.objects.get().get_absolute_url()
    assert "2 lost" in text_of(answer)


def test_over_the_api(parcel):
    stock("MUG", on_hand=9)
    agent, again = client_of(Role.AGENT), f"/api/v1/parcels/{parcel.public_id}/send-again"

    assert client_of(Role.PICKER).post(again, {}, format="json").status_code == 403
    done = agent.post(again, {}, format="json")
    assert (done.status_code, done.json()["sent_again"]) == (200, True)
    assert done.json()["written_off_at"]
    twice = agent.post(again, {}, format="json")
    assert (twice.status_code, twice.json()["code"]) == (409, "written_off_already")


def test_the_refund_over_the_api(parcel):
    agent = client_of(Role.AGENT)

    made = agent.post("/api/v1/refunds/lost", {"parcel": parcel.public_id}, format="json")

    assert made.status_code == 201
    assert made.json()["refunds"][0]["amount"] == {"amount": "20.00", "currency": "GBP"}
    for wrong in ({"parcel": "0123456789abcdef"}, {}, {"parcel": 7}, {"parcel": "x\x00"}):
        answer = agent.post("/api/v1/refunds/lost", wrong, format="json")
        assert 400 <= answer.status_code < 500, wrong
        assert "/parcel" in answer.content.decode()


def test_out_of_reach_it_is_not_there(parcel):
    user = someone(Role.AGENT, all_warehouses=False)
    client = APIClient()
    client.force_login(user)

    again = client.post(f"/api/v1/parcels/{parcel.public_id}/send-again", {}, format="json")
    refund = client.post("/api/v1/refunds/lost", {"parcel": parcel.public_id}, format="json")

    assert (again.status_code, refund.status_code) == (404, 404)
    WarehouseAccess.objects.create(user=user, warehouse=parcel.warehouse)
    assert (
        client.post("/api/v1/refunds/lost", {"parcel": parcel.public_id}, format="json").status_code
        == 201
    )
