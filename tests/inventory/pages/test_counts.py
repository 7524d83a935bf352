"""Counts on their pages and over the API."""

import re

import pytest
from django.test import Client

from core.models import User
from core.money import Money
from core.roles import Role
from inventory.models import Bin, CountRule, StockCount, StockLevel, StockLimit
from opsmgr.demo.counts import leave_counts
from tests.builders.api import caller
from tests.builders.inventory import stock, warehouse
from tests.builders.orders import placed_order
from tests.builders.people import someone

pytestmark = pytest.mark.django_db


@pytest.fixture
def shelf() -> Bin:
    for code in ("MUG", "CUP"):
        stock(code, on_hand=10)
    made = Bin.objects.create(warehouse=warehouse("LON"), code="A1", position=1)
    StockLevel.objects.filter(sku__code="MUG").update(bin=made)
    return made


def signed_in(*roles: Role) -> Client:
    client = Client()
    client.force_login(someone(*roles))
    return client


def text_of(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def scan(client: Client, there: str, barcode: str, **more: str):
    return client.post(f"{there}scan/", {"barcode": barcode, "key": barcode, **more}, follow=True)


def test_counted_by_scans_blind_and_again(shelf):
    buyer, picker = signed_in(Role.BUYER), signed_in(Role.PICKER)
    form = {"warehouse": "LON", "skus": "CUP", "bins": "A1", "blind": "on"}
    assert "no bin B9" in text_of(buyer.post("/inventory/counts/new/", form | {"bins": "B9"}))
    assert "There is no SKU XX" in text_of(
        buyer.post("/inventory/counts/new/", form | {"skus": "XX"})
    )
    me = User.objects.get(roles=[Role.PICKER])
    buyer.post("/inventory/counts/new/", form | {"assigned_to": me.email})
    assert "CC-" in text_of(picker.get("/inventory/counts/?mine=true&to_do=true"))
    there = StockCount.objects.get().get_absolute_url()
    assert "CC-" in text_of(picker.get("/inventory/counts/?to_do=true"))
    assert "By the books" not in text_of(picker.get(there))

    page = text_of(picker.get(f"{there}scan/"))
    assert "A1 MUG" in page  # bins first, in walking order
    assert "Scan it again" in text_of(scan(picker, there, ""))
    assert "There is no SKU 123456789" in text_of(scan(picker, there, "123456789"))
    assert "Waiting for a scan" in text_of(scan(picker, there, "A1"))
    assert "How many MUG?" in text_of(scan(picker, there, "MUG", bin="A1"))
    assert "8 × MUG" in text_of(scan(picker, there, "8", sku="MUG", bin="A1"))
    assert "How many CUP?" in text_of(scan(picker, there, "CUP"))
    assert "All counted" in text_of(scan(picker, there, "10", sku="CUP"))
    answer = picker.post(f"{there}submit/", follow=True)
    assert "counted once more" in text_of(answer)
    scan(picker, there, "9", sku="MUG")
    answer = picker.post(f"{there}submit/", follow=True)
    assert "It is posted" in text_of(answer)
    assert "50.0 % of the SKUs" in text_of(answer)
    assert StockLevel.objects.get(sku__code="MUG").on_hand == 9
    assert picker.get(f"{there}scan/").status_code == 302


def test_what_lies_there_unexpected_is_added(shelf):
    stock("JUG", on_hand=3)
    picker = signed_in(Role.MANAGER)
    picker.post("/inventory/counts/new/", {"warehouse": "LON", "bins": "A1"})
    there = StockCount.objects.get().get_absolute_url()
    assert "not on this count" in text_of(scan(picker, there, "JUG"))
    scan(picker, there, "2", sku="JUG", extra="on")
    assert "By the books" in text_of(picker.get(there))  # not blind
    picker.post(f"{there}submit/", {"leave_rest": "on"})
    assert StockCount.objects.get().status == "recount"


def test_above_the_limit_and_called_off(shelf):
    StockLimit.objects.update(amount=Money.of("1", "GBP"))
    manager = signed_in(Role.MANAGER)
    manager.post("/inventory/counts/new/", {"warehouse": "LON", "skus": "MUG"})
    there = StockCount.objects.get().get_absolute_url()
    for _ in range(2):
        manager.post(f"{there}scan/", {"barcode": "5", "sku": "MUG", "key": f"k{_}"})
        answer = manager.post(f"{there}submit/", follow=True)
    assert "a second person has been asked" in text_of(answer)
    assert "Waits for a second person" in text_of(manager.get(there))
    assert "it cannot" not in text_of(manager.post(f"{there}cancel/", {"reason": ""}))
    answer = manager.post(f"{there}cancel/", {"reason": "a mistake"}, follow=True)
    assert "is cancelled" in text_of(answer)


def test_promised_and_not_there(shelf):
    placed_order(stocked=False, MUG=10)
    manager = signed_in(Role.MANAGER)
    manager.post("/inventory/counts/new/", {"warehouse": "LON", "skus": "MUG", "blind": "on"})
    count = StockCount.objects.get()
    there = count.get_absolute_url()
    manager.post(f"{there}scan/", {"barcode": "8", "sku": "MUG", "key": "1"})
    assert "Promised, and not there" not in text_of(manager.get(there))
    manager.post(f"{there}submit/")
    manager.post(f"{there}scan/", {"barcode": "8", "sku": "MUG", "key": "2"})
    assert "give 2 promises back first" in text_of(manager.post(f"{there}submit/"))
    assert "Promised, and not there" in text_of(manager.get(there))
    answer = manager.post(f"/orders/short-for-count/{count.public_id}/", follow=True)
    assert "Short now" in text_of(answer)
    assert "It is posted" in text_of(manager.post(f"{there}submit/", follow=True))


def test_rules_are_set_and_asked(shelf):
    buyer = signed_in(Role.BUYER)
    rules = "/inventory/counts/rules/"
    assert "Nothing is counted by itself" in text_of(buyer.get(rules))
    form = {"warehouse": "LON", "why": "period", "days": "30", "most": "5", "active": "on"}
    assert buyer.post(rules, form | {"days": "0"}).status_code == 422
    assert "30 days" in text_of(buyer.post(rules, form, follow=True))
    rule = CountRule.objects.get()
    assert 'value="30"' in buyer.get(f"{rules}?rule={rule.public_id}").content.decode()
    assert "Started: CC-" in text_of(buyer.post("/inventory/counts/due/", follow=True))
    assert "No rule asks" in text_of(buyer.post("/inventory/counts/due/", follow=True))
    viewer = signed_in(Role.VIEWER)
    assert "Set a rule" not in text_of(viewer.get(rules))
    assert viewer.post(rules, form).status_code == 403


def test_over_the_api(shelf):
    api = caller(someone(Role.MANAGER))

    def send(path, body):
        return api.post(f"/api/v1{path}", body, content_type="application/json")

    body = {"warehouse": "LON", "skus": ["MUG"]}
    for change, pointer in (
        ({"warehouse": "XXX"}, "/warehouse"), ({"skus": ["MUG", "XX"]}, "/skus/1"),
        ({"bins": ["B9"]}, "/bins/0"), ({"skus": []}, "/skus"),
        ({"assigned_to": "nobody@example.com"}, "/assigned_to"),
    ):  # fmt: skip
        wrong = send("/stock-counts", body | change)
        assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (422, pointer)
    made = send("/stock-counts", body).json()
    there = f"/stock-counts/{made['id']}"
    lines = [{"sku": "MUG", "units": 8}]
    assert send(f"{there}/counted", {"lines": lines * 2}).status_code == 422
    assert send(f"{there}/counted", {"lines": [{"sku": "CUP", "units": 1}]}).status_code == 422
    assert send(f"{there}/submit", {}).status_code == 409
    for key in ("1", "2"):
        for _ in range(2):
            assert send(f"{there}/counted", {"lines": lines, "key": key}).status_code == 200
        blind = api.get(f"/api/v1{there}?expand=lines").json()["lines"][0]
        assert (blind["counted"], blind["expected"], blind["variance"]) == (8, None, None)
        done = send(f"{there}/submit", {}).json()
    assert done["status"] == "posted"
    seen = api.get(f"/api/v1{there}?expand=lines").json()["lines"][0]
    assert (seen["expected"], seen["variance"]) == (10, -2)
    assert send(f"{there}/cancel", {"reason": "late"}).status_code == 409

    assert send("/count-rules", {"warehouse": "LON", "why": "hand", "days": 3}).status_code == 422
    rule = send("/count-rules", {"warehouse": "LON", "why": "period", "days": 3})
    assert rule.status_code == 201
    assert len(send("/stock-counts/due", {"warehouse": "LON"}).json()) == 1
    assert api.get("/api/v1/count-rules").json()["results"][0]["days"] == 3
    assert send("/orders/short-for-count", {"count": made["id"]}).status_code == 409
    assert send("/orders/short-for-count", {"count": "x" * 16}).status_code == 404


def test_the_demo_leaves_counts_in_each_state():
    for role in (Role.BUYER, Role.PICKER):
        User.objects.create_user(f"{role.value}@example.com", "x", name=role.label, roles=[role])
    for place in range(18):
        stock(f"SKU{place:02}", on_hand=100)
    leave_counts()
    assert sorted(StockCount.objects.values_list("status", flat=True)) == [
        "open", "posted", "review",
    ]  # fmt: skip
    assert CountRule.objects.count() == 3
