"""Transfers on their pages and over the API."""

import re

import pytest
from django.test import Client

from core.models import User
from core.roles import Role
from inventory.models import StockLevel, Transfer
from opsmgr.demo.transfers import leave_transfers
from tests.builders.api import caller
from tests.builders.inventory import stock, warehouse
from tests.builders.people import someone

pytestmark = pytest.mark.django_db


@pytest.fixture
def buyer() -> Client:
    stock("MUG", on_hand=10)
    warehouse("BER", country="DE")
    client = Client()
    client.force_login(someone(Role.BUYER))
    return client


def text_of(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def test_by_clicks_from_the_wish_to_the_shelf(buyer):
    form = {"source": "LON", "destination": "BER", "lines": "mug 4\nMUG x"}
    there = "/inventory/transfers/new/"
    assert "Write rows like" in text_of(buyer.post(there, form))
    assert "There is no SKU mug" in text_of(buyer.post(there, form | {"lines": "mug 4"}))
    assert "missing" in text_of(buyer.post(there, form | {"lines": "MUG 40"}))

    answer = buyer.post(there, form | {"lines": "MUG 4"}, follow=True)
    transfer = Transfer.objects.get()
    assert "was requested" in text_of(answer)
    assert transfer.number in text_of(buyer.get("/inventory/transfers/?status=requested"))
    answer = buyer.post(f"{transfer.get_absolute_url()}ship/", follow=True)
    assert "is on its way" in text_of(answer)
    line = transfer.lines.get().pk
    came = {"key": "k", f"units-{line}": "3", f"damaged-{line}": "1"}
    buyer.post(f"{transfer.get_absolute_url()}receive/", came)
    buyer.post(f"{transfer.get_absolute_url()}receive/", came)
    level = StockLevel.objects.get(warehouse__code="BER")
    assert (level.on_hand, level.damaged, level.incoming) == (2, 1, 1)
    answer = buyer.post(f"{transfer.get_absolute_url()}close/", {"reason": "gone"}, follow=True)
    assert "1 lost" in text_of(answer)


def test_over_the_api(buyer):
    api = caller(someone(Role.MANAGER))
    body = {"source": "LON", "destination": "BER", "lines": [{"sku": "MUG", "units": 4}]}
    for change, pointer in (
        ({"source": "XXX"}, "/source"),
        ({"destination": "LON"}, "/destination"),
        ({"lines": [{"sku": "NOPE", "units": 1}]}, "/lines/0/sku"),
        ({"lines": [{"sku": "MUG", "units": 1}] * 2}, "/lines/1/sku"),
        ({"lines": [{"sku": "MUG", "units": 0}]}, "/lines/0/units"),
        ({"lines": []}, "/lines"),
        ({"surprise": 1}, "/surprise"),
    ):
        answer = api.post("/transfers", body | change)
        assert answer.status_code == 422, change
        assert pointer in answer.content.decode()
    made = api.post("/transfers", body)
    assert (made.status_code, made.json()["status"]) == (201, "requested")
    there = f"/transfers/{made.json()['id']}"
    assert api.post(f"{there}/ship", {}).json()["status"] == "in_transit"
    got = {"lines": [{"sku": "MUG", "units": 4}], "key": "a"}
    assert api.post(f"{there}/receive", got).json()["status"] == "closed"
    assert api.post(f"{there}/receive", got).status_code == 200
    lines = api.get(f"{there}?expand=lines").json()["lines"]
    assert lines == [
        {"sku": "MUG", "units": 4, "units_received": 4, "units_damaged": 0, "units_lost": 0}
    ]
    over = api.post(f"{there}/close", {"reason": "x"})
    assert (over.status_code, over.json()["code"]) == (409, "transfer_move_not_allowed")
    viewer = Client()
    viewer.force_login(someone(Role.VIEWER))
    refused = viewer.post("/api/v1/transfers", body, "application/json")
    assert refused.status_code == 403
    assert len(viewer.get("/api/v1/transfers?sku=MUG").json()["results"]) == 1


def test_the_demo_leaves_one_of_each(buyer):
    for code in ("A", "B", "C"):
        stock(code, on_hand=50)
    User.objects.filter(pk=someone(Role.BUYER).pk).update(email="buyer@example.com")

    leave_transfers()

    assert sorted(Transfer.objects.values_list("status", flat=True)) == [
        "closed", "in_transit", "requested",
    ]  # fmt: skip
