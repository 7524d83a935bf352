import pytest

from core.money import Money
from inventory.models import StockLimit
from tests.builders.inventory import sku, warehouse
from tests.inventory.api.test_routes import caller, send


@pytest.mark.django_db
def test_a_receipt_is_taken_back_and_unusually_many_need_a_word():
    client = caller()
    sku("MUG")
    warehouse("LON")
    given = {"warehouse": "LON", "reference": "DN-1", "lines": [{"sku": "MUG", "units": 4}]}
    assert send(client, "/stock/receive", given).status_code == 200

    back = {"sku": "MUG", "warehouse": "LON", "reference": "DN-1"}
    assert send(client, "/stock/take-back", back).json()["on_hand"] == 0
    assert send(client, "/stock/take-back", back).json()["on_hand"] == 0
    assert send(client, "/stock/take-back", back | {"reference": "DN-2"}).status_code == 404
    many = {"sku": "MUG", "warehouse": "LON", "units": 5_000, "reason": "found"}
    refused = send(client, "/stock/adjust", many)
    assert (refused.status_code, refused.json()["code"]) == (422, "unusually_many")
    asked = send(client, "/stock/adjust", many | {"sure": True})  # at 4 each, above the limit
    assert (asked.status_code, asked.json()["on_hand"]) == (202, 0)
    assert asked.json()["approval"]
    StockLimit.objects.update(amount=Money.of("20000", "GBP"))
    assert send(client, "/stock/adjust", many | {"sure": True}).json()["on_hand"] == 5_000
