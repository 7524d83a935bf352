import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from core.jobs import KINDS, work_off
from core.models import Batch
from core.roles import Role
from inventory.importing import StockRow
from inventory.models import Listing, Sku, StockLevel, StockMovement, WarehouseAccess
from inventory.operations.stock.take_list import take_list
from tests.builders.inventory import channel, listing, sku, stock, warehouse
from tests.builders.people import someone

API = "/api/v1"


def caller(*roles: Role, **fields) -> Client:
    client = Client()
    client.force_login(someone(*(roles or (Role.BUYER,)), **fields))
    return client


def send(client: Client, path: str, body: object, method: str = "post", **headers):
    data = body if isinstance(body, bytes | str) else json.dumps(body)
    return getattr(client, method)(
        f"{API}{path}", data, content_type="application/json", headers=headers
    )


@pytest.mark.django_db
def test_a_sku_is_created_changed_and_found_by_its_code():
    client = caller()
    made = send(client, "/skus", {"code": "MUG/1.5", "title": "Mug", "unit_cost": "2.500000"})
    assert made.status_code == 201, made.json()
    address = f"/skus/{made.json()['id']}"
    assert made["Location"].endswith(address)

    changed = send(client, address, {"weight_grams": 300, "barcode": "50"}, "patch")
    assert changed.json()["weight_grams"] == 300

    found = client.get(f"{API}/skus", {"code": "MUG/1.5"}).json()["results"]
    assert [(row["code"], row["barcode"], row["available"]) for row in found] == [
        ("MUG/1.5", "50", 0)
    ]
    etag = client.get(f"{API}{address}")["ETag"]
    stale = send(client, address, {"title": "x"}, "patch", if_match='"other"')
    assert stale.status_code == 412
    assert send(client, address, {"title": "x"}, "patch", if_match=etag).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"title": "x"}, "/code"),
        ({"code": None, "title": "x"}, "/code"),
        ({"code": 7, "title": "x"}, "/code"),
        ({"code": "A", "title": "x", "weight_grams": "7"}, "/weight_grams"),
        ({"code": "A", "title": "x", "weight_grams": -7}, "/weight_grams"),
        ({"code": "A", "title": "x", "weight_grams": 10**30}, "/weight_grams"),
        ({"code": "A", "title": "x", "unit_cost": "-1"}, "/unit_cost"),
        ({"code": "A", "title": "x", "unit_cost": "NaN"}, "/unit_cost"),
        ({"code": "A", "title": "x", "currency": "QQQ"}, "/currency"),
        ({"code": "A", "title": "x", "origin_country": "ZZ"}, "/origin_country"),
        ({"code": "=A()", "title": "x"}, "/code"),
        ({"code": "A\x07", "title": "x"}, "/code"),
        ({"code": "A", "title": "x" * 201}, "/title"),
        ({"code": "A", "title": "x", "colour": "red"}, "/colour"),
        ({"code": "TAKEN", "title": "x"}, "/code"),
    ],
)
def test_master_data_that_will_not_do_is_refused_with_its_field(body, pointer):
    sku("TAKEN")
    answer = send(caller(), "/skus", body)
    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["errors"][0]["pointer"] == pointer
    assert Sku.objects.count() == 1


WRITES = ("/skus", "/products", "/listings", "/stock/receive", "/stock/adjust", "/stock/set",
          "/stock/move", "/stock/safety")  # fmt: skip
NONSENSE = (
    b"", b"{", b"[]", b"null", b'"x"', b"7", b'{"units": NaN}', b"[" * 400_000,
    b'{"sku": "\x00"}', b'{"sku": "\\u0000"}', b'{"' + b"a" * 300_000 + b'": 1}', b"\xff\xfe",
)  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("path", WRITES)
def test_nonsense_is_refused_and_changes_nothing(path):
    level = stock("MUG", on_hand=5)
    client = caller()
    for body in NONSENSE:
        answer = send(client, path, body)
        assert 400 <= answer.status_code < 500, (body[:20], answer.content)
        assert answer.json()["code"]
    level.refresh_from_db()
    assert level.on_hand == 5


@pytest.mark.django_db
def test_goods_are_received_once_per_delivery_note():
    mug = sku("MUG", barcode="4006381333931")
    place = warehouse("LON")
    body = {
        "warehouse": "LON",
        "reference": "DN-1",
        "lines": [{"sku": "MUG", "units": 2}, {"sku": "4006381333931", "units": 3}],
    }
    client = caller(Role.PICKER)
    assert send(client, "/stock/receive", body).json() == {"lines": [{"sku": "MUG", "units": 5}]}
    assert send(client, "/stock/receive", body).json() == {"lines": [{"sku": "MUG", "units": 0}]}
    assert StockLevel.objects.get(sku=mug, warehouse=place).on_hand == 5


@pytest.mark.django_db
def test_an_unknown_sku_of_a_line_is_pointed_at_and_nothing_is_received():
    sku("MUG"), warehouse("LON")
    body = {
        "warehouse": "LON",
        "reference": "DN-1",
        "lines": [{"sku": "MUG", "units": 2}, {"sku": "NONE", "units": 3}],
    }
    answer = send(caller(), "/stock/receive", body)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/lines/1/sku"
    assert not StockMovement.objects.exists()


@pytest.mark.django_db
def test_a_warehouse_out_of_reach_is_not_there():
    stock("MUG", on_hand=5)
    picker = someone(Role.PICKER, all_warehouses=False)
    WarehouseAccess.objects.create(user=picker, warehouse=warehouse("BER"))
    client = Client()
    client.force_login(picker)
    body = {"warehouse": "LON", "sku": "MUG", "units": 1, "reason": "found"}
    answer = send(client, "/stock/adjust", body)
    assert answer.status_code == 422
    assert "no warehouse LON" in answer.json()["detail"]
    assert client.get(f"{API}/stock-levels").json()["results"] == []
    assert client.get(f"{API}/stock-movements").json()["results"] == []


@pytest.mark.django_db
def test_stock_is_adjusted_counted_moved_and_kept_back():
    stock("MUG", on_hand=10)
    client, where = caller(), {"sku": "MUG", "warehouse": "LON"}

    adjusted = send(client, "/stock/adjust", {**where, "units": -2, "reason": "shrinkage"})
    assert adjusted.json()["on_hand"] == 8
    stale = send(client, "/stock/set", {**where, "units": 5, "expected": 10})
    assert (stale.status_code, stale.json()["code"]) == (409, "stock_moved")
    assert send(client, "/stock/set", {**where, "units": 5, "expected": 8}).json()["on_hand"] == 5
    moved = send(client, "/stock/move", {
        **where, "units": 2, "source": "on_hand", "target": "quarantine", "reason": "recall",
    })  # fmt: skip
    assert (moved.json()["on_hand"], moved.json()["quarantine"]) == (3, 2)
    assert send(client, "/stock/safety", {**where, "units": 1}).json()["safety_stock"] == 1
    much = send(client, "/stock/adjust", {**where, "units": -9, "reason": "shrinkage"})
    assert (much.status_code, much.json()["code"]) == (409, "not_that_much")


@pytest.mark.django_db
def test_the_same_idempotency_key_adjusts_once():
    stock("MUG", on_hand=10)
    client = caller()
    body = {"sku": "MUG", "warehouse": "LON", "units": 1, "reason": "found"}
    answers = [
        send(client, "/stock/adjust", body, **{"Idempotency-Key": "k1"}).json() for _ in range(2)
    ]
    assert answers[0] == answers[1]
    assert StockLevel.objects.get().on_hand == 11
    other = send(client, "/stock/adjust", body | {"units": 2}, **{"Idempotency-Key": "k1"})
    assert other.status_code == 422


@pytest.mark.django_db
def test_an_unmapped_code_is_queued_and_mapped():
    channel("web"), sku("MUG")
    client = caller()
    made = send(client, "/listings", {"channel": "web", "channel_sku": "X-1"}).json()
    assert made["sku"] is None
    queue = client.get(f"{API}/listings", {"unmapped": "true"}).json()["results"]
    assert [row["channel_sku"] for row in queue] == ["X-1"]

    mapped = send(client, f"/listings/{made['id']}/map", {"sku": "MUG"})
    assert mapped.json()["sku"] == "MUG"
    sku("CUP")
    other = send(client, f"/listings/{made['id']}/map", {"sku": "CUP"})
    assert (other.status_code, other.json()["code"]) == (409, "maps_elsewhere")
    again = send(client, "/listings", {"channel": "web", "channel_sku": "X-1"})
    assert again.json()["errors"][0]["pointer"] == "/channel_sku"


@pytest.mark.django_db
def test_the_secret_of_a_channel_is_never_shown():
    shop = channel("web", adapter="http_json", adapter_url="https://x.test", adapter_secret="s3")
    client = caller(Role.MANAGER)
    address = f"/channels/{shop.public_id}"
    shown = client.get(f"{API}{address}")
    assert "s3" not in shown.content.decode()
    assert shown.json()["warehouses"] == ["LON"]
    changed = send(client, address, {"adapter_secret": "n3w", "active": False}, "patch")
    assert changed.json()["active"] is False
    wrong = send(client, address, {"adapter_url": "ftp://x"}, "patch")
    assert wrong.json()["errors"][0]["pointer"] == "/adapter_url"
    none = send(client, address, {"adapter_url": ""}, "patch")
    assert none.json()["errors"][0]["pointer"] == "/adapter_url"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("role", "path", "status"),
    [
        (Role.VIEWER, "/stock/adjust", 403),
        (Role.AGENT, "/stock/receive", 403),
        (Role.FINANCE, "/skus", 403),
        (Role.PICKER, "/stock/safety", 403),
        (Role.BUYER, "/skus", 422),
    ],
)
def test_who_may_not_is_told_so(role, path, status):
    assert send(caller(role), path, {}).status_code == status


def upload(client: Client, text: str, **fields):
    file = SimpleUploadedFile("stock.csv", text.encode(), "text/csv")
    return client.post(f"{API}/imports", {"file": file, "mode": "receive", **fields})


@pytest.mark.django_db
def test_a_list_is_checked_then_booked_as_a_batch():
    sku("MUG"), warehouse("LON")
    client = caller()
    text = "sku;warehouse;units\nMUG;LON;7\n"

    assert upload(client, text, dry_run="true").json()["units"] == 7
    assert not Batch.objects.exists()
    booked = upload(client, text)
    assert booked.status_code == 202, booked.content
    while work_off(KINDS["core.run_batch"]):
        pass

    batch = Batch.objects.get(public_id=booked.json()["batch"])
    assert (batch.state, batch.report["units"]) == ("done", 7)
    assert StockLevel.objects.get().on_hand == 7


@pytest.mark.django_db
def test_a_list_with_a_wrong_cell_is_refused_by_row_and_column():
    sku("MUG"), warehouse("LON")
    answer = upload(caller(), "sku,warehouse,units\nMUG,LON,7\nNONE,LON,x\nNONE,LON,1\n")
    assert answer.status_code == 422
    problems = answer.json()["facts"]["problems"]
    assert [(p["row"], p["column"]) for p in problems] == [(3, "units"), (4, "sku")]
    assert not Batch.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("fields", [{"mode": "guess"}, {"warehouse": "MARS"}, {"mode": ""}])
def test_options_of_a_list_that_will_not_do_are_refused(fields):
    sku("MUG"), warehouse("LON")
    assert upload(caller(), "sku,units\nMUG,7\n", **fields).status_code == 422
    assert caller().post(f"{API}/imports", {"mode": "receive"}).status_code == 422
    assert Listing.objects.count() == 0


@pytest.mark.django_db
def test_lists_page_without_a_query_per_row(django_assert_max_num_queries):
    for number in range(30):
        listing(f"S{number}"), stock(f"S{number}", on_hand=number + 1)
    client = caller()
    for path in ("skus", "products", "stock-levels", "stock-movements", "listings", "channels"):
        with django_assert_max_num_queries(12):
            page = client.get(f"{API}/{path}", {"limit": 20}).json()
        if page["next"]:
            rest = client.get(page["next"]).json()
            assert len(page["results"]) == 20
            assert rest["results"]
            assert rest["results"][0] not in page["results"]


@pytest.mark.django_db
def test_a_reference_is_one_of_its_act_and_never_one_of_our_own():
    level = stock("MUG", on_hand=10)
    client = caller()
    where = {"sku": "MUG", "warehouse": "LON", "reference": "7"}
    move = where | {"units": 2, "source": "on_hand", "target": "quarantine", "reason": "look"}

    assert (
        send(client, "/stock/adjust", where | {"units": -1, "reason": "sample"}).status_code == 200
    )
    assert send(client, "/stock/move", move).status_code == 200
    level.refresh_from_db()
    assert (level.on_hand, level.quarantine) == (7, 2)
    take_list([StockRow(row=2, sku="MUG", warehouse="LON", units=5)], mode="receive", source_id=7)
    level.refresh_from_db()
    assert level.on_hand == 12


@pytest.mark.django_db
def test_a_reference_that_comes_again_with_other_units_is_refused():
    level = stock("MUG", on_hand=10)
    client = caller()
    where = {"sku": "MUG", "warehouse": "LON", "reference": "note 7"}
    acts = [
        ("adjust", lambda n: where | {"units": -n, "reason": "sample"}),
        ("move", lambda n: where | {"units": n, "source": "on_hand", "reason": "broken"}),
        ("receive", lambda n: {
            "warehouse": "LON", "reference": "note 7", "lines": [{"sku": "MUG", "units": n}]
        }),
    ]  # fmt: skip
    for act, body in acts:
        first, again, other = (send(client, f"/stock/{act}", body(n)) for n in (1, 1, 2))
        assert (first.status_code, again.status_code, other.status_code) == (200, 200, 409), act
        assert other.json()["code"] == "reference_used"
        assert "note 7" in other.json()["detail"]
    level.refresh_from_db()
    assert level.on_hand == 9


@pytest.mark.django_db
def test_a_list_may_be_larger_than_a_document(settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    stock("MUG")
    rows = b"sku,warehouse,units\n" + b"MUG,LON,1\n" * 500
    file = SimpleUploadedFile("a.csv", rows)

    answer = caller().post(f"{API}/imports", {"file": file, "mode": "receive", "dry_run": "true"})

    assert answer.status_code == 200, answer.content
    assert answer.json()["units"] == 500


@pytest.mark.django_db
def test_a_shop_is_opened_and_run_through_the_api_alone():
    client = caller(Role.MANAGER)
    for code in ("NYC", "LAX"):
        made = send(client, "/warehouses", {"code": code, "name": code, "country": "US"})
        assert made.status_code == 201, made.json()
    assert (
        send(client, "/warehouses", {"code": "NYC", "name": "x", "country": "US"}).json()["errors"][
            0
        ]["pointer"]
        == "/code"
    )
    place = f"/warehouses/{made.json()['id']}/bins"
    assert send(client, place, {"code": "A-1", "position": 3}).json() == {
        "code": "A-1", "position": 3,
    }  # fmt: skip
    assert client.get(f"{API}{place}").json() == [{"code": "A-1", "position": 3}]

    shop = send(client, "/channels", {"code": "us", "name": "US", "currency": "USD"})
    assert shop.status_code == 201, shop.json()
    address = f"/channels/{shop.json()['id']}"
    ranked = send(client, f"{address}/warehouses", {"warehouses": ["LAX", "NYC"]})
    assert ranked.json()["warehouses"] == ["LAX", "NYC"]
    wrong = send(client, f"{address}/warehouses", {"warehouses": ["LAX", "MOON"]})
    assert wrong.json()["errors"][0]["pointer"] == "/warehouses/1"
    assert send(client, f"{address}/compare", {}).status_code == 202
    assert send(client, f"{address}/retry", {}).json() == {"listings": 0}


@pytest.mark.django_db
def test_a_listing_is_renamed_put_away_and_told_again():
    known = listing("MUG", on="web")
    Listing.objects.filter(pk=known.pk).update(push_error="no", refused_units=3)
    client = caller(Role.MANAGER)
    address = f"/listings/{known.public_id}"

    changed = send(client, address, {"title": "Cup", "active": False}, "patch").json()
    assert (changed["title"], changed["active"]) == ("Cup", False)
    assert send(client, address, {"active": "no"}, "patch").status_code == 422
    assert send(client, f"{address}/retry", {}).json()["push_error"] == ""


@pytest.mark.django_db
def test_a_product_is_archived_and_brought_back():
    product = sku("MUG").product
    address = f"/products/{product.public_id}/archive"

    assert send(caller(), address, {"archived": True}).json()["archived_at"]
    assert send(caller(), address, {"archived": False}).json()["archived_at"] is None
    assert send(caller(), address, {}).status_code == 422
