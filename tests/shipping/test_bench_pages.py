"""The way through the warehouse: each page leads to the next, and a scan is enough at each."""

import re

import pytest
from django.test import Client

from core.pages import lanes
from core.roles import Role
from orders.operations.hold import hold_order
from shipping.models import Manifest
from shipping.operations.pick import make_pick_list
from tests.builders.people import someone
from tests.builders.shipping import labelled, packed, picked, released, walk_off

pytestmark = pytest.mark.django_db


def signed_in(*roles: Role) -> Client:
    client = Client()
    client.force_login(someone(*roles))
    return client


@pytest.fixture
def picker() -> Client:
    return signed_in(Role.PICKER)


def text_of(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def test_a_finished_walk_leads_to_the_packing_of_each_tote_and_its_field_still_works(picker):
    first, second = released(MUG=1), released(MUG=1)
    walk = make_pick_list(first.warehouse_id)
    walk_off(walk)

    page = picker.get(walk.get_absolute_url())

    assert [tote["work"].pk for tote in page.context["totes"]] == [first.pk, second.pk]
    for work in (first, second):
        assert f'href="/shipping/pack/{work.public_id}/"' in page.content.decode()
    assert f'<form method="get" action="{walk.get_absolute_url()}find/">' in page.content.decode()
    there = f"{walk.get_absolute_url()}find/"
    for code in ("2", "tote 2", second.number):
        found = picker.get(there, {"barcode": code})
        assert found.url == f"/shipping/pack/{second.public_id}/"
    lost = picker.get(there, {"barcode": "nonsense"})
    assert (lost.status_code, lost.context["answer"]["tone"]) == (404, "bad")
    assert "data-scan-field" in lost.content.decode()


def test_the_parcel_page_hands_over_what_has_its_label(picker):
    ready, waiting = labelled(MUG=1), packed(MUG=1)

    assert (
        "Hand over" in picker.get(ready.get_absolute_url()).content.decode().partition("rates")[0]
    )
    assert 'name="parcel"' not in picker.get(waiting.get_absolute_url()).content.decode()
    viewed = signed_in(Role.VIEWER).get(ready.get_absolute_url())
    assert 'name="parcel"' not in viewed.content.decode()
    picker.post("/shipping/hand-over/", {"parcel": [ready.public_id]})
    assert Manifest.objects.get().parcels.get() == ready


def test_scanned_labels_are_ticked_and_nothing_else(picker):
    first, second, draft = labelled(MUG=1), labelled(MUG=1), packed(MUG=1)
    there = "/shipping/hand-over/"

    def scanned(code: str):
        return picker.post(f"{there}scan/", {"barcode": code}, follow=True)

    page = scanned(first.tracking_number)
    assert page.context["answer"]["tone"] == "good"
    assert page.context["scanned"] == {first.public_id}
    ticked = re.findall(r'value="(\w+)" checked', page.content.decode())
    assert ticked == [first.public_id]
    for code, said in (
        (first.number, "has been scanned already"),
        (draft.number, "stays here: it is packed"),
        ("nope", "There is no parcel nope"),
        ("a\x00b", "There is no parcel"),
    ):
        answer = scanned(code).context["answer"]
        assert answer["tone"] == "bad"
        assert said in answer["text"]
    hold_order(second.fulfillment.order_id, reason="the customer called")
    assert "its order is kept back" in scanned(second.number).context["answer"]["text"]

    picker.post(there, {"parcel": [first.public_id]})
    assert picker.get(there).context["scanned"] == set()


def test_scans_are_forgotten_when_asked(picker):
    parcel = labelled(MUG=1)
    picker.post("/shipping/hand-over/scan/", {"barcode": parcel.number})

    page = picker.post("/shipping/hand-over/clear/", follow=True)

    assert page.context["scanned"] == set()
    assert "checked" in page.content.decode()


def test_the_address_of_a_refused_scan_leads_back_to_its_page(picker):
    walk, work = make_pick_list(released(MUG=1).warehouse_id), picked(MUG=1)

    for there in (walk.get_absolute_url(), f"/shipping/pack/{work.public_id}/"):
        assert picker.get(f"{there}scan/")["Location"] == there


@pytest.mark.parametrize("role", [Role.VIEWER, Role.ADMIN])
def test_nobody_is_led_to_where_they_are_turned_away(role):
    parcel, work = labelled(MUG=1), picked(MUG=1)
    client = signed_in(role)

    queue = client.get("/shipping/").content.decode()
    assert "/shipping/hand-over/" not in queue
    assert f"/shipping/pack/{work.public_id}/" not in queue
    order = client.get(parcel.fulfillment.order.get_absolute_url()).content.decode()
    assert "/shipping/hand-over/" not in order
    found = client.get("/shipping/find/", {"barcode": work.number})
    assert found["Location"] == work.order.get_absolute_url()
    lane = dict(lanes.items())["45 to hand over"]
    assert lane.permission == "shipping.hand_over"
