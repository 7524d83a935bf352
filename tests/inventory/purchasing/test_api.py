import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from core import clock
from core.roles import Role
from inventory.models import (
    ParkedGoods,
    PurchaseOrder,
    Receipt,
    StockLevel,
    SupplierProduct,
    Vendor,
)
from tests.builders.inventory import sku, warehouse
from tests.builders.people import someone
from tests.builders.purchasing import agreement, arrive, draft, sent, vendor

pytestmark = pytest.mark.django_db
API = "/api/v1"
VENDOR = {"code": "ACME", "name": "Acme", "kinds": ["supplier"], "currency": "GBP"}
PRICE = {"vendor": "ACME", "sku": "MUG", "tiers": [{"from_units": 1, "price": "4.25"}]}


def caller(*roles: Role) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(someone(*(roles or (Role.BUYER,))))
    return client


def send(client: Client, path: str, body: object, method: str = "post", **headers):
    data = body if isinstance(body, bytes | str) else json.dumps(body)
    return getattr(client, method)(
        f"{API}{path}", data, content_type="application/json", headers=headers
    )


def test_a_vendor_is_made_changed_and_reviewed():
    client = caller()
    made = send(client, "/vendors", VENDOR | {"contract_to": "2027-01-01", "notice_days": 30})
    assert made.status_code == 201, made.json()
    assert made.json()["decide_by"] == "2026-12-02"
    address = f"/vendors/{made.json()['id']}"
    assert send(client, address, {"status": "on_watch"}, "patch").json()["status"] == "on_watch"
    told = send(client, f"{address}/contacts", {"name": "Ada", "email": "a@b.example"}).json()
    person = told["contacts"][0]["id"]
    told = send(client, f"{address}/contacts/{person}", {"name": "Ada Byron"}).json()
    assert told["contacts"][0]["name"] == "Ada Byron"
    told = send(client, f"{address}/contacts/{person}/remove", {}).json()
    assert told["contacts"] == []
    assert send(client, f"{address}/review", {"next_on": "2199-01-01"}).status_code == 200
    assert client.get(f"{API}/vendors", {"kind": "carrier"}).json()["results"] == []


@pytest.mark.parametrize(
    ("path", "body", "pointer"),
    [
        ("/vendors", VENDOR | {"kinds": ["x"]}, "/kinds/0"),
        ("/vendors", VENDOR | {"currency": "QQQ"}, "/currency"),
        ("/vendors", VENDOR | {"code": "TAKEN"}, "/code"),
        ("/vendors", VENDOR | {"payment_days": "30"}, "/payment_days"),
        ("/vendors", VENDOR | {"contract_from": "2026-02-01", "contract_to": "2026-01-01"},
         "/contract_to"),
        ("/vendors", VENDOR | {"shoe": 1}, "/shoe"),
        ("/supplier-products", PRICE | {"vendor": "NOBODY"}, "/vendor"),
        ("/supplier-products", PRICE | {"vendor": "TAKEN", "sku": "NOTHING"}, "/sku"),
        ("/supplier-products", PRICE | {"vendor": "TAKEN", "tiers": []}, "/tiers"),
        ("/supplier-products", PRICE | {"tiers": [{"from_units": 0, "price": "1"}]},
         "/tiers/0/from_units"),
        ("/supplier-products", PRICE | {"tiers": [{"from_units": 1, "price": "-1"}]},
         "/tiers/0/price"),
        ("/supplier-products", PRICE | {"vendor": "TAKEN", "valid_to": "2020-01-01"}, "/valid_to"),
        ("/purchase-orders", {"vendor": "TAKEN", "warehouse": "NOWHERE"}, "/warehouse"),
        ("/purchase-orders",
         {"vendor": "TAKEN", "warehouse": "LON", "lines": [{"sku": "MUG", "units": 0}]},
         "/lines/0/units"),
        ("/purchase-orders",
         {"vendor": "TAKEN", "warehouse": "LON", "lines": [{"sku": "MUG", "units": 1.5}]},
         "/lines/0/units"),
        ("/purchase-orders",
         {"vendor": "TAKEN", "warehouse": "LON", "lines": [{"sku": "NO", "units": 1}]},
         "/lines/0/sku"),
        ("/purchase-orders",
         {"vendor": "TAKEN", "warehouse": "LON", "lines": [{"sku": "MUG", "units": 1}]},
         "/lines/0/price"),
        ("/exchange-rates", {"currency": "EUR", "rate": "0", "day": "2026-01-01"}, "/rate"),
        ("/exchange-rates", {"currency": "QQQ", "rate": "1", "day": "2026-01-01"}, "/currency"),
        ("/exchange-rates", {"currency": "EUR", "rate": "1", "day": "0001-01-01"}, "/day"),
        ("/parked-goods", {"warehouse": "LON", "units": 1}, "/description"),
        ("/parked-goods", {"warehouse": "LON", "units": 1, "barcode": "1", "order": "PO-0"},
         "/order"),
    ],
)  # fmt: skip
def test_what_will_not_do_is_refused_with_its_field(path, body, pointer):
    vendor("TAKEN"), sku("MUG"), warehouse("LON")
    answer = send(caller(Role.BUYER, Role.FINANCE), path, body)
    assert answer.status_code == 422, answer.json()
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["errors"][0]["pointer"] == pointer, answer.json()
    assert not SupplierProduct.objects.exists()
    assert not PurchaseOrder.objects.exists()
    assert Vendor.objects.count() == 1


def test_an_agreement_is_made_and_a_second_one_follows_it():
    vendor("ACME"), sku("MUG")
    client = caller()
    first = send(client, "/supplier-products", PRICE | {"valid_from": "2026-01-01"})
    assert first.status_code == 201, first.json()
    again = send(client, "/supplier-products", PRICE | {"valid_from": "2026-03-01"})
    assert (again.status_code, again.json()["code"]) == (409, "agreement_overlaps")
    second = PRICE | {"valid_from": "2026-03-01", "end_earlier": True}
    assert send(client, "/supplier-products", second).status_code == 201
    address = f"/supplier-products/{first.json()['id']}"
    assert client.get(f"{API}{address}").json()["valid_to"] == "2026-02-28"
    tiers = [{"from_units": 1, "price": "5"}, {"from_units": 10, "price": "4.5"}]
    changed = send(client, address, {"tiers": tiers}, "patch").json()
    assert [tier["price"] for tier in changed["tiers"]] == ["5.000000", "4.500000"]


def test_an_order_is_drafted_changed_approved_and_sent():
    vendor("ACME"), agreement("MUG"), agreement("CUP"), warehouse("LON")
    client = caller()
    body = {"vendor": "ACME", "warehouse": "LON", "lines": [{"sku": "MUG", "units": 10}]}
    made = send(client, "/purchase-orders", body, idempotency_key="one")
    assert made.status_code == 201, made.json()
    assert made.json()["total"] == {"amount": "40.00", "currency": "GBP"}
    assert send(client, "/purchase-orders", body, idempotency_key="one").json() == made.json()
    address = f"/purchase-orders/{made.json()['id']}"

    def act(name, body=None):
        answer = send(client, f"{address}/{name}", body or {})
        assert answer.status_code < 300, answer.json()
        return answer.json()

    act("line", {"sku": "CUP", "units": 2})
    act("drop", {"sku": "CUP"})
    assert send(client, address, {"note": "Ring."}, "patch").json()["note"] == "Ring."
    assert act("approve")["status"] == "approved"
    act("reopen"), act("approve")
    assert act("send")["status"] == "sent"
    act("promise", {"sku": "MUG", "day": "2199-01-01"})
    refused = send(client, f"{address}/send", {})
    assert (refused.status_code, refused.json()["code"]) == (409, "purchase_move_not_allowed")


def test_an_order_is_received_once_and_closed():
    order = sent(MUG=10)
    client, address = caller(), f"/purchase-orders/{order.public_id}"

    def act(name, body):
        answer = send(client, f"{address}/{name}", body)
        assert answer.status_code < 300, answer.json()
        return answer.json()

    arrival = {"key": "k1", "delivery_note": "D1", "lines": [{"sku": "MUG", "units": 4}]}
    receipt = act("receive", arrival)
    assert act("receive", arrival)["number"] == receipt["number"]
    arrival["lines"][0]["units"] = 5
    other = send(client, f"{address}/receive", arrival)
    assert (other.status_code, other.json()["code"]) == (409, "reference_used")
    arrival |= {"key": "k2", "lines": [{"sku": "MUG", "units": 7}]}
    over = send(client, f"{address}/receive", arrival).json()
    assert (over["code"], over["errors"][0]["pointer"]) == ("more_than_ordered", "/lines/0/units")
    assert send(client, f"{address}/close", {}).json()["errors"][0]["pointer"] == "/reason"
    closed = act("close", {"reason": "enough"})
    assert closed["status"] == "closed"
    shown = client.get(f"{API}{address}?expand=lines").json()["lines"][0]
    assert (shown["units_received"], shown["units_missing"], shown["units_open"]) == (4, 6, 0)
    assert (StockLevel.objects.get().on_hand, StockLevel.objects.get().incoming) == (4, 0)


def test_above_the_limit_the_answer_is_a_question():
    agreement("MUG")
    order = draft(MUG=600)
    answer = send(caller(), f"/purchase-orders/{order.public_id}/approve", {})
    assert (answer.status_code, list(answer.json())) == (202, ["approval"])


def test_landed_costs_and_values_are_told():
    receipt = arrive(sent(MUG=10), MUG=10)
    client = caller()
    body = {"kind": "freight", "spread_by": "units", "document": "F-1",
            "amount": {"amount": "5.00", "currency": "GBP"}}  # fmt: skip
    told = send(client, f"/receipts/{receipt.public_id}/landed", body)
    assert told.json()["landed"][0]["company_amount"]["amount"] == "5.00"
    (value,) = client.get(f"{API}/stock-costs").json()["results"]
    assert (value["average"], value["fifo_value"]["amount"]) == ("4.500000", "45.00")
    for path in ("/receipts", "/exchange-rates", "/parked-goods", "/supplier-products"):
        assert client.get(f"{API}{path}").status_code == 200
    assert client.get(f"{API}/receipts", {"order": "PO-0"}).json()["results"] == []


def test_parked_goods_are_settled():
    order = sent(MUG=3)
    client = caller()
    made = send(client, "/parked-goods", {
        "warehouse": "LON", "order": order.number, "units": 2, "barcode": "1",
    })  # fmt: skip
    assert made.status_code == 201, made.json()
    address = f"/parked-goods/{made.json()['id']}"
    assert send(client, f"{address}/take-in", {"sku": "MUG"}).json()["state"] == "taken_in"
    again = send(client, f"{address}/send-back", {"reason": "x"})
    assert (again.status_code, again.json()["code"]) == (409, "parked_settled")
    assert ParkedGoods.objects.get().sku.code == "MUG"


def test_a_price_list_is_checked_and_accepted(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    vendor("ACME"), sku("MUG")
    client = caller()

    def post(content, **fields):
        file = SimpleUploadedFile("p.csv", content)
        return client.post(f"{API}/price-imports", {"file": file, **fields})

    assert post(b"vendor,sku,price\nACME,MUG,4\n", dry_run="true").json()["made"] == 1
    wrong = post(b"vendor,sku,price\nACME,MUG,x\n")
    assert (wrong.status_code, wrong.json()["code"]) == (422, "list_refused")
    assert wrong.json()["facts"]["problems"][0]["column"] == "price"
    assert post(b"vendor,sku,price\nACME,MUG,4\n").status_code == 202


NONSENSE = (
    b"", b"{", b"[]", b"null", b'"x"', b"7", b'{"units": NaN}', b"[" * 400_000,
    b'{"code": "\x00"}', b'{"code": "\\u0000"}', b'{"lines": [null]}', b'{"lines": {}}',
    b"\xff\xfe",
)  # fmt: skip


def test_nothing_that_is_sent_ends_in_a_500():
    order = sent(MUG=5)
    receipt = arrive(order, MUG=1)
    one, got = f"/purchase-orders/{order.public_id}", f"/receipts/{receipt.public_id}"
    paths = ["/vendors", "/supplier-products", "/purchase-orders", "/parked-goods",
             "/exchange-rates", f"{got}/landed"]  # fmt: skip
    acts = ("line", "drop", "approve", "reopen", "send", "mail", "promise", "close", "cancel",
            "receive")  # fmt: skip
    client = caller(Role.BUYER, Role.FINANCE)
    for path in [*paths, *(f"{one}/{act}" for act in acts)]:
        for body in NONSENSE:
            answer = send(client, path, body)
            assert answer.status_code < 500, (path, body[:40], answer.content[:300])
    assert Receipt.objects.count() == 1


def test_queries_of_lists_are_as_many_for_ten_as_for_one(django_assert_max_num_queries):
    for number in range(10):
        arrive(sent(**{f"S{number}": 5}), **{f"S{number}": 2})
    client = caller()
    for path in ("purchase-orders?expand=lines", "receipts", "vendors", "supplier-products",
                 "stock-costs"):  # fmt: skip
        with django_assert_max_num_queries(12):
            assert client.get(f"{API}/{path}").status_code == 200
    assert clock.today()
