"""A file of orders, taken in live, and the shop played on: each ends at its door, or says why."""

from collections import Counter
from random import Random

import pytest

from core.actor import SYSTEM, acting
from core.books import check_books
from core.reference import ensure_reference_data
from inventory.models import Channel, StockLevel
from opsmgr.demo.shop import make_staff
from opsmgr.demo.world import advance
from orders.models import Order, OrderException
from orders.operations.imports.run import open_import, run_import
from orders.why import why_not_shipped
from support.models import Notice

HEADER = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country"
COUNTRIES = ["United Kingdom"] * 5 + ["France", "Germany", "EIRE"]
GOODS = ["MUG", "LAMP", "TRAY", "BELL", "JAR", "PEN"]
ORDERS, DAYS = 24, 14


def rows() -> list[str]:
    chance, found = Random(11), []
    for number in range(ORDERS):
        invoice, buyer = 536000 + number, 17000 + number % 15
        at = f"2010-12-{1 + number // 4:02} 09:{number % 60:02}"
        country = chance.choice(COUNTRIES)
        goods = [
            (code, chance.randint(1, 6), chance.randint(100, 900))
            for code in chance.sample(GOODS, chance.randint(1, 3))
        ]
        if chance.random() < 0.2:
            goods.append(("POST", 1, 495))
        found += [
            f"{invoice},{code},{code.title()},{units},{at},{pence / 100},{buyer},{country}"
            for code, units, pence in goods
        ]
    found.append("C536900,MUG,Mug,-1,2010-12-20 10:00,2.55,99999,United Kingdom")
    found.append("536901,D,Discount,1,2010-12-20 10:00,0.00,17000,United Kingdom")
    return found


@pytest.fixture
def played(tmp_path, settings, transactional_db):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    ensure_reference_data()
    path = tmp_path / "orders.csv"
    path.write_text("\n".join([HEADER, *rows()]) + "\n")
    with acting(SYSTEM):
        make_staff()
        shop = Channel.objects.get(code="uk-web")
        batch = open_import(shop.pk, profile="online_retail", path=str(path), live=True)
        report = run_import(batch.pk).report
        assert (report["orders"], report["balanced"]) == (ORDERS, True)
        advance(DAYS, seed=5, told=lambda at: None)


def test_each_imported_order_reaches_its_door_or_says_why_not(played):
    orders = list(Order.objects.order_by("id"))

    ends = Counter(order.status for order in orders)
    assert ends["closed"] >= ORDERS * 0.8, ends
    for order in orders:
        reasons = why_not_shipped(order)
        assert order.why_code == (reasons[0].code if reasons else ""), order
        assert bool(reasons) == (order.status == "open"), order
        assert all(reason.sentence for reason in reasons)
        if order.fulfillment_status == "delivered":
            assert order.payment_status in {"paid", "part_refunded", "refunded"}, order
    for row in OrderException.objects.filter(resolved_at=None):
        assert row.sentence
        assert row.fix
    closed = Order.objects.filter(status="closed", fulfillment_status="delivered")
    told = Notice.objects.filter(kind="delivered").values_list("order_id", flat=True)
    assert sorted(told) == sorted(closed.values_list("pk", flat=True))
    assert not StockLevel.objects.filter(allocated__lt=0).exists()
    assert {name: found for name, found in check_books() if found} == {}
