"""Parcels, pick lists, manifests and rates over the API."""

import pytest
from rest_framework.test import APIClient

from core.roles import Role
from inventory.models import Warehouse, WarehouseAccess
from shipping.models import Manifest, Parcel, PickList
from tests.builders.people import someone
from tests.builders.shipping import labelled, packed, picked, released

pytestmark = pytest.mark.django_db


@pytest.fixture
def api() -> APIClient:
    return client_of(Role.MANAGER)


def client_of(role: Role, **fields) -> APIClient:
    client = APIClient()
    client.force_login(someone(role, **fields))
    return client


def test_a_walk_is_started_scanned_and_ended(api):
    fulfillment = released(MUG=2)
    body = {"warehouse": fulfillment.warehouse.public_id}

    walk = api.post("/api/v1/pick-lists", body, format="json")
    assert walk.status_code == 201
    assert [line["units"] for line in walk.json()["lines"]] == [2]
    there = f"/api/v1/pick-lists/{walk.json()['id']}"
    wrong = api.post(f"{there}/pick", {"barcode": "HAT"}, format="json")
    assert (wrong.status_code, wrong.json()["code"]) == (409, "wrong_item")
    done = api.post(f"{there}/pick", {"barcode": "MUG", "units": 2}, format="json")
    assert (done.status_code, done.json()["state"]) == (200, "done")


def test_a_short_line_is_told(api):
    walk = api.post(
        "/api/v1/pick-lists", {"warehouse": released(MUG=2).warehouse.public_id}, format="json"
    ).json()

    answer = api.post(f"/api/v1/pick-lists/{walk['id']}/short", {"position": 1}, format="json")

    assert (answer.status_code, answer.json()["state"]) == (200, "done")
    assert answer.json()["lines"][0]["units_dropped"] == 2
    missing = api.post(f"/api/v1/pick-lists/{walk['id']}/short", {"position": 9}, format="json")
    assert missing.status_code in {404, 409}


def test_a_parcel_is_packed_once_per_key(api):
    fulfillment = picked(MUG=2)
    body = {"fulfillment": fulfillment.public_id, "carton": "M1"}

    first = api.post("/api/v1/parcels", body, format="json", headers={"Idempotency-Key": "k1"})
    again = api.post("/api/v1/parcels", body, format="json", headers={"Idempotency-Key": "k1"})

    assert first.status_code == again.status_code == 201
    assert first.json() == again.json()
    assert first.json()["lines"] == [{"order_line": 1, "sku": "MUG", "units": 2}]
    assert Parcel.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"carton": "nope"}, "/carton_code"),
        ({"carton": 7}, "/carton"),
        ({"weight_grams": 0}, "/weight_grams"),
        ({"weight_grams": "900"}, "/weight_grams"),
        ({"lines": [{"sku": "HAT", "units": 1}]}, "/lines/0/sku"),
        ({"lines": [{"sku": "MUG", "units": 3}]}, "/units"),
        ({"fulfillment": "0123456789abcdef"}, "/fulfillment"),
        ({"surprise": 1}, "/surprise"),
    ],
)
def test_what_is_wrong_is_pointed_at(api, change, pointer):
    body = {"fulfillment": picked(MUG=2).public_id, "carton": "M1"} | change

    answer = api.post("/api/v1/parcels", body, format="json")

    assert answer.status_code in {404, 422}
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]
    assert not Parcel.objects.exists()


def test_the_carrier_is_selected_overridden_and_the_label_read(api):
    parcel = packed(MUG=1)
    there = f"/api/v1/parcels/{parcel.public_id}"
    assert api.get(f"{there}/label").status_code == 409

    selected = api.post(f"{there}/select-carrier", {}, format="json").json()
    assert selected["service"] == "lapwing-saver"
    assert selected["cost"]["currency"] == "GBP"
    body = {"service": "tern-next-day", "reason": "birthday"}
    overridden = api.post(f"{there}/override-carrier", body, format="json")
    assert overridden.json()["service"] == "tern-next-day"
    body["reason"] = " "
    assert api.post(f"{there}/override-carrier", body, format="json").status_code == 422

    ready = labelled(HAT=1)
    label = api.get(f"/api/v1/parcels/{ready.public_id}/label")
    assert (label.status_code, label["Content-Type"]) == (200, "application/pdf")
    voided = api.post(
        f"/api/v1/parcels/{ready.public_id}/void-label", {"reason": "torn"}, format="json"
    )
    assert (voided.status_code, voided.json()["state"]) == (200, "draft")
    asked = api.post(f"/api/v1/parcels/{ready.public_id}/request-label", {}, format="json")
    assert asked.status_code == 200
    gone = api.post(f"/api/v1/parcels/{ready.public_id}/cancel", {"reason": "x"}, format="json")
    assert gone.json()["state"] == "cancelled"


def test_parcels_are_handed_over_together_or_not_at_all(api):
    ready, waiting = labelled(MUG=1), packed(MUG=1)
    body = {
        "warehouse": ready.warehouse.public_id, "parcels": [ready.public_id, waiting.public_id]
    }  # fmt: skip

    refused = api.post("/api/v1/manifests", body, format="json")
    assert (refused.status_code, refused.json()["code"]) == (409, "not_ready_to_hand_over")
    body["parcels"] = [ready.public_id]
    made = api.post("/api/v1/manifests", body, format="json")
    assert made.status_code == 201
    assert made.json()["parcels"] == [ready.public_id]
    assert api.get("/api/v1/manifests").json()["results"][0]["id"] == made.json()["id"]
    assert api.post("/api/v1/manifests", body, format="json").status_code == 409
    assert Manifest.objects.count() == 1


def test_rates_are_quoted_with_candidates_and_rejects(api):
    house = released(MUG=1).warehouse
    body = {
        "warehouse": house.public_id, "country": "GB", "postal_code": "E2 2BB",
        "weight_grams": 900, "level": "express",
    }  # fmt: skip

    answer = api.post("/api/v1/rates/quote", body, format="json").json()

    assert answer["chosen"] == "lapwing-overnight"
    assert {row["key"] for row in answer["candidates"]} == {"lapwing-overnight", "tern-next-day"}
    codes = {row["code"] for row in answer["rejects"]}
    assert codes == {"below_level", "no_lane"}
    for wrong in ({"country": "gb"}, {"weight_grams": -1}, {"level": "soon"}, {"x": 1}):
        assert api.post("/api/v1/rates/quote", body | wrong, format="json").status_code == 422


def test_lists_are_read_in_few_queries(api, django_assert_max_num_queries):
    for _ in range(3):
        labelled(MUG=1, HAT=1)

    with django_assert_max_num_queries(10):
        answer = api.get("/api/v1/parcels?state=labelled")
    assert len(answer.json()["results"]) == 3
    with django_assert_max_num_queries(8):
        assert len(api.get("/api/v1/pick-lists").json()["results"]) == 3


def test_a_viewer_reads_and_a_stranger_does_not():
    parcel = packed(MUG=1)
    viewer = client_of(Role.VIEWER)

    assert viewer.get("/api/v1/parcels").status_code == 200
    assert viewer.post("/api/v1/parcels", {}, format="json").status_code == 403
    there = f"/api/v1/parcels/{parcel.public_id}/cancel"
    assert viewer.post(there, {"reason": "x"}, format="json").status_code == 403
    assert APIClient().get("/api/v1/parcels").status_code == 401


def test_parcels_of_another_warehouse_do_not_exist():
    parcel, fulfillment = labelled(MUG=1), picked(HAT=1)
    berlin = Warehouse.objects.create(code="BER", name="Berlin", country="DE")
    picker = someone(Role.PICKER, all_warehouses=False)
    WarehouseAccess.objects.create(user=picker, warehouse=berlin)
    client = APIClient()
    client.force_login(picker)

    assert client.get("/api/v1/parcels").json()["results"] == []
    assert client.get(f"/api/v1/parcels/{parcel.public_id}").status_code == 404
    house = parcel.warehouse.public_id
    for there, body in (
        ("parcels", {"fulfillment": fulfillment.public_id, "carton": "M1"}),
        ("pick-lists", {"warehouse": house}),
        ("manifests", {"warehouse": house, "parcels": [parcel.public_id]}),
        ("rates/quote", {"warehouse": house, "country": "GB", "weight_grams": 1}),
    ):
        answer = client.post(f"/api/v1/{there}", body, format="json")
        assert answer.status_code in {403, 404}, there
    assert not PickList.objects.exclude(state="done").exists()


def test_what_is_out_of_reach_reads_like_what_is_not_there():
    fulfillment = picked(MUG=1)
    client = client_of(Role.PICKER, all_warehouses=False)
    quote = {"country": "GB", "weight_grams": 100}
    place, work = fulfillment.warehouse.public_id, fulfillment.public_id
    for path, body, field, mine in (
        ("parcels", {"carton": "M1"}, "fulfillment", work),
        ("pick-lists", {}, "warehouse", place),
        ("manifests", {"parcels": ["0" * 16]}, "warehouse", place),
        ("rates/quote", quote, "warehouse", place),
    ):
        answers = [
            client.post(f"/api/v1/{path}", body | {field: one}, format="json")
            for one in (mine, "0" * 16)
        ]
        said = [(answer.status_code, answer.json()["code"]) for answer in answers]
        assert said == [(404, "not_there")] * 2, path
        assert [answer.json()["errors"][0]["pointer"] for answer in answers] == [f"/{field}"] * 2
