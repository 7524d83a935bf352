"""Routes of packs, barcodes, pictures, archiving and merging."""

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from rest_framework.test import APIClient

from core.roles import Role
from inventory.models import Barcode, Sku
from tests.builders.api import caller, token_for
from tests.builders.inventory import sku, stock
from tests.builders.people import someone

pytestmark = pytest.mark.django_db
EAN, CASE = "4006381333931", "14006381333938"


@pytest.fixture
def api():
    return caller(someone(Role.MANAGER))


@pytest.fixture(autouse=True)
def _pictures_lie_elsewhere(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def at(item: Sku, *parts: str) -> str:
    return "/".join((f"/skus/{item.public_id}", *parts))


def pointer(answer: Any) -> str:
    return answer.json()["errors"][0]["pointer"]


def test_packs_and_barcodes(api):
    item = sku("MUG")
    inner = api.post(at(item, "packs"), {"name": "inner", "count": 6})
    assert inner.status_code == 201
    case = {"name": "case", "count": 4, "inside": "inner", "weight_grams": 9000}
    assert api.post(at(item, "packs"), case).json()["units"] == 24
    made = api.post(at(item, "barcodes"), {"text": CASE, "pack": "case"})
    assert made.status_code == 201
    assert (made.json()["gtin"], made.json()["units"]) == (CASE, 24)
    api.post(at(item, "barcodes"), {"text": "50", "main": True})
    assert [(row["text"], row["kind"]) for row in api.get(at(item, "barcodes")).json()] == [
        (CASE, "gtin"), ("50", "internal"),
    ]  # fmt: skip
    assert api.get("/skus/scan?code=0" + CASE[1:]).status_code == 422
    assert api.get(f"/skus/scan?code={CASE}").json() == {
        "sku": "MUG", "title": "Mug", "id": item.public_id, "pack": "case", "units": 24,
    }  # fmt: skip
    assert api.get("/skus?barcode=50").json()["results"][0]["barcode"] == "50"

    there = at(item, "packs", inner.json()["id"])
    assert api.patch(there, {"count": 5}).json()["units"] == 5
    assert [row["units"] for row in api.get(at(item, "packs")).json()] == [5, 20]
    code = at(item, "barcodes", Barcode.objects.get(text="50").public_id)
    assert api.delete(code).status_code == 204
    assert api.delete(code).status_code == 404


@pytest.mark.parametrize(
    ("path", "body", "where"),
    [
        ("packs", {"count": 6}, "/name"),
        ("packs", {"name": "inner", "count": "6"}, "/count"),
        ("packs", {"name": "inner", "count": 0}, "/count"),
        ("packs", {"name": "inner", "count": 6, "inside": "box"}, "/inside"),
        ("packs", {"name": "inner", "count": 6, "units": 6}, "/units"),
        ("packs", {"name": "inner\x01", "count": 6}, "/name"),
        ("barcodes", {}, "/text"),
        ("barcodes", {"text": "4006381333932"}, "/text"),
        ("barcodes", {"text": "1", "pack": "box"}, "/pack"),
        ("barcodes", {"text": "1", "main": "yes"}, "/main"),
        ("merge", {"into": "NOPE", "reason": "x"}, "/into"),
        ("merge", {"into": "MUG", "reason": "x"}, "/into"),
        ("merge", {"into": "CUP"}, "/reason"),
        ("archive", {}, "/archived"),
    ],
)
def test_bad_input_names_its_field(api, path, body, where):
    sku("CUP")
    answer = api.post(at(sku("MUG"), path), body)
    assert answer.status_code == 422
    assert pointer(answer) == where


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({"hazard_class": "10"}, "/hazard_class"),
        ({"un_number": "3481"}, "/hazard_class"),
        ({"hazard_class": "9", "un_number": "x"}, "/un_number"),
        ({"barcode": "4006381333932"}, "/barcode"),
        ({"merged_into": "CUP"}, "/merged_into"),
    ],
)
def test_bad_master_data_name_their_field(api, body, where):
    answer = api.patch(at(sku("MUG")), body)
    assert answer.status_code == 422
    assert pointer(answer) == where


def test_archive_and_merge(api):
    mug, old = sku("MUG"), stock("OLD", on_hand=3).sku
    refused = api.post(at(old, "archive"), {"archived": True})
    assert refused.status_code == 409
    assert refused.json()["facts"]["in_the_way"] == ["3 on hand in LON"]
    merged = api.post(at(old, "merge"), {"into": "MUG", "reason": "twice"})
    assert merged.json()["moved"]["stock"] == {"LON": {"on_hand": 3}}
    assert api.get(at(old)).json()["merged_into"] == "MUG"
    assert api.get("/skus/scan?code=OLD").json()["sku"] == "MUG"
    assert [row["merged"] for row in api.get("/sku-merges?sku=OLD").json()["results"]] == ["OLD"]
    assert api.get(f"/sku-merges/{merged.json()['id']}").json()["kept"] == "MUG"
    assert api.post(at(old, "archive"), {"archived": False}).json()["code"] == "sku_merged"
    gone = sku("GONE")
    assert api.post(at(gone, "archive"), {"archived": True}).json()["archived_at"]
    assert api.post(at(gone, "archive"), {"archived": False}).json()["active"] is True
    assert mug.pk


def test_pictures_over_the_api():
    item, file = sku("MUG"), io.BytesIO()
    Image.new("RGB", (4, 4)).save(file, "WEBP")
    client = APIClient(HTTP_AUTHORIZATION=f"Token {token_for(someone(Role.MANAGER))}")
    there = f"/api/v1{at(item, 'pictures')}"
    for caption in ("Front", "Back"):
        image = SimpleUploadedFile("a.webp", file.getvalue())
        assert client.post(there, {"image": image, "caption": caption}).status_code == 201
    assert client.post(there, {"image": SimpleUploadedFile("a", b"x")}).status_code == 422
    ids = [row["id"] for row in client.get(there).json()]
    turned = client.put(there, {"pictures": ids[::-1]}, format="json")
    assert [row["caption"] for row in turned.json()] == ["Back", "Front"]
    assert client.put(there, {"pictures": ids[:1]}, format="json").status_code == 422
    assert client.get(f"{there}/{ids[0]}")["Content-Type"] == "image/webp"
    assert client.delete(f"{there}/{ids[0]}").status_code == 204
    assert client.get(f"{there}/{ids[0]}").status_code == 404


def test_others_look_and_do_not_change():
    item = sku("MUG")
    api = caller(someone(Role.MANAGER), "inventory.view_sku")
    assert api.get(at(item, "packs")).status_code == 200
    for path, body in (
        ("packs", {"name": "x", "count": 2}), ("barcodes", {"text": "1"}),
        ("merge", {"into": "CUP", "reason": "x"}), ("archive", {"archived": True}),
    ):  # fmt: skip
        assert api.post(at(item, path), body).status_code == 403
