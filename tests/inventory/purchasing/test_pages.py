import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from core import clock
from core.models import Approval
from core.roles import Role
from inventory.models import (
    ParkedGoods,
    PurchaseOrder,
    Receipt,
    StockCost,
    StockLevel,
    SupplierProduct,
    Vendor,
)
from inventory.operations.purchasing.landed import add_landed_cost
from inventory.operations.purchasing.park import park_goods
from inventory.operations.purchasing.rates import set_rate
from tests.builders.inventory import sku, warehouse
from tests.builders.people import someone
from tests.builders.purchasing import agreement, arrive, draft, sent, vendor

pytestmark = pytest.mark.django_db
LISTS = ["order_list", "vendor_list", "product_list", "receipt_list", "parked_list", "cost_list",
         "rate_list"]  # fmt: skip


@pytest.fixture
def buyer(client: Client) -> Client:
    client.force_login(someone(Role.BUYER))
    return client


def filled() -> PurchaseOrder:
    today = clock.today()
    vendor("ACME", contract_to=today + timedelta(days=10), review_on=today)
    order = sent(MUG=10, CUP=4)
    receipt = arrive(order, MUG=4, damaged=1)
    from core.money import Money

    add_landed_cost(
        receipt.pk, kind="freight", amount=Money.of("3", "GBP"), spread_by="units", document="F"
    )
    park_goods(order.warehouse_id, units=2, barcode="555", order_id=order.pk)
    set_rate("EUR", rate="0.86", day=today)
    draft(MUG=3)
    return order


@pytest.mark.parametrize("name", LISTS)
def test_each_list_shows_what_there_is_and_exports_it(buyer, name, django_assert_max_num_queries):
    filled()
    with django_assert_max_num_queries(40):
        page = buyer.get(reverse(f"purchasing:{name}"))
    assert page.status_code == 200
    assert "<tbody><tr" in page.content.decode()
    csv = b"".join(buyer.get(reverse(f"purchasing:{name}") + "?export=csv").streaming_content)
    assert len(csv.decode().splitlines()) >= 2


def test_a_list_costs_the_same_however_many_rows_it_shows(buyer):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    filled()
    pages = [reverse(f"purchasing:{name}") for name in LISTS]
    pages += [thing.get_absolute_url() for thing in (filled_order(), Vendor.objects.get())]
    before = []
    for page in pages:
        buyer.get(page)
        with CaptureQueriesContext(connection) as few:
            buyer.get(page)
        before.append(len(few))
    for number in range(12):
        order = sent(**{f"S{number}": 5})
        arrive(order, **{f"S{number}": 2})
        park_goods(order.warehouse_id, units=2, barcode=str(number), order_id=order.pk)
    for page, count in zip(pages, before, strict=True):
        with CaptureQueriesContext(connection) as many:
            buyer.get(page)
        assert len(many) <= count, page


def filled_order() -> PurchaseOrder:
    return PurchaseOrder.objects.order_by("id").first()


def test_the_page_of_each_thing_opens_whole_and_as_a_preview(buyer):
    order = filled()
    things = [order, draft(CUP=2), order.vendor, *Receipt.objects.all(), *StockCost.objects.all(),
              *ParkedGoods.objects.all(), *SupplierProduct.objects.all()]  # fmt: skip
    for thing in things:
        for query in ("", "?panel=1"):
            answer = buyer.get(thing.get_absolute_url() + query)
            assert answer.status_code == 200, thing
    paper = buyer.get(reverse("purchasing:paper", args=[order.public_id]))
    assert (paper["Content-Type"], paper.content[:4]) == ("application/pdf", b"%PDF")


def test_today_names_what_is_due(buyer):
    order = filled()
    PurchaseOrder.objects.filter(pk=order.pk).update(expected_on=clock.today() - timedelta(days=3))
    page = buyer.get("/").content.decode()
    for title in ("Contracts and reviews due", "Deliveries overdue", "Parked goods"):
        assert title in page
    found = buyer.get("/search/", {"q": order.number})
    assert order.get_absolute_url() in (found.get("Location") or found.content.decode())


def test_an_order_from_the_first_click_to_the_last(buyer):
    agreement("MUG"), agreement("CUP"), warehouse("LON")
    made = buyer.post(
        reverse("purchasing:order_new"),
        {"vendor": "ACME", "warehouse": "LON", "lines": "MUG 10\nCUP 4", "note": ""},
    )
    order = PurchaseOrder.objects.get()
    assert made["Location"] == order.get_absolute_url()

    def post(name, **body):
        return buyer.post(reverse(f"purchasing:{name}", args=[order.public_id]), body)

    post("set_line", sku="MUG", units="12", price="", promised="", reason="")
    post("drop_line", sku="CUP")
    post("approve"), post("reopen")
    post("order_change", payment_days="60", incoterm="DAP", tolerance_percent="0",
         tolerance_units="0", note="Ring the bell.")  # fmt: skip
    post("approve"), post("send", by_hand="1")
    order.refresh_from_db()
    assert (order.status, order.payment_days) == ("sent", 60)

    day = clock.today() + timedelta(days=40)
    post("promise", sku="MUG", day=day.isoformat(), reason="")
    line = order.lines.get()
    assert line.promised == day

    page = buyer.get(reverse("purchasing:receive", args=[order.public_id])).content.decode()
    key = re.search(r'name="key" value="(\w+)"', page)[1]
    body = {"key": key, "delivery_note": "DN-1", f"units-{line.sku_id}": "7",
            f"damaged-{line.sku_id}": "1"}  # fmt: skip
    post("receive", **body)
    post("receive", **body)
    level = StockLevel.objects.get(sku__code="MUG")
    assert (level.on_hand, level.damaged, level.incoming) == (7, 1, 4)

    post("close", reason="enough")
    order.refresh_from_db()
    assert order.status == "closed"


def test_a_receipt_that_will_not_do_is_shown_again_with_what_was_typed(buyer):
    order = sent(MUG=5)
    line = order.lines.get()
    address = reverse("purchasing:receive", args=[order.public_id])
    for typed in ("9", "1.5", "-1", "x"):
        answer = buyer.post(address, {"key": "k", f"units-{line.sku_id}": typed})
        assert answer.status_code == 422
        assert f'value="{typed}"' in answer.content.decode()
    assert buyer.post(address, {"key": "k"}).status_code == 422
    assert StockLevel.objects.get().on_hand == 0


def test_the_scanner_finds_the_order_then_its_items(client):
    client.force_login(someone(Role.PICKER))
    sku("MUG", barcode="4006381333931")
    agreement("MUG", vendor_code="THEIRS")
    order, address = sent(MUG=3), reverse("purchasing:scan")

    def scan(code, number=0, **more):
        body = {"order": order.number, "units": "1", "scan": f"s{number}", "barcode": code} | more
        return client.post(address, body)

    assert order.number in client.get(address).content.decode()
    begun = scan(order.number.lower(), order="", note="DN-9")
    assert begun["Location"] == f"{address}?order={order.number}&note=DN-9"
    for number, code in enumerate(("MUG", "4006381333931", "THEIRS")):
        took = scan(code, number, damaged="on" if number == 2 else "")
        assert took.status_code == 302, took.content.decode()
    assert scan("MUG", 1).status_code == 302  # the form sent twice
    level = StockLevel.objects.get()
    assert (level.on_hand, level.damaged, level.incoming) == (2, 1, 0)

    for code in ("MUG", "NOBODY", ""):
        assert scan(code, 9).status_code == 422
    order = sent(CUP=1)
    unknown = scan("NOBODY", 10).content.decode()
    assert "Nobody knows NOBODY" in unknown
    assert "barcode=NOBODY" in unknown
    assert scan("nothing", order="").status_code == 422


def test_a_picker_receives_and_parks_but_sees_no_prices(client):
    order = sent(MUG=5)
    client.force_login(someone(Role.PICKER))
    for name in ("order_list", "vendor_list", "product_list", "cost_list"):
        assert client.get(reverse(f"purchasing:{name}")).status_code == 403
    page = client.get(reverse("purchasing:receive", args=[order.public_id])).content.decode()
    assert "MUG" in page
    assert "4.00" not in page
    body = {"warehouse": "LON", "units": "2", "description": "Blue", "order": order.number}
    assert client.post(reverse("purchasing:park"), body).status_code == 302
    assert ParkedGoods.objects.get().order == order


def test_above_the_limit_the_page_asks_a_second_person(buyer):
    agreement("MUG")
    order = draft(MUG=600)
    assert "Ask for approval" in buyer.get(order.get_absolute_url()).content.decode()
    buyer.post(reverse("purchasing:approve", args=[order.public_id]))
    question = Approval.objects.get()
    page = buyer.get(order.get_absolute_url()).content.decode()
    assert question.get_absolute_url() in page
    buyer.force_login(someone(Role.MANAGER))
    buyer.post(reverse("core:approval", args=[question.public_id]), {"act": "approve"})


def test_a_vendor_with_its_people_is_kept_on_pages(buyer):
    form = {
        "code": "ACME", "name": "Acme", "kinds": ["supplier", "carrier"], "status": "active",
        "currency": "GBP", "payment_days": "30", "lead_time_days": "7", "tolerance_percent": "2",
        "tolerance_units": "0", "price_tolerance_percent": "0", "notice_days": "0",
    }  # fmt: skip
    buyer.post(reverse("purchasing:vendor_new"), form)
    made = Vendor.objects.get()
    wrong = form | {"contract_from": "2026-02-01", "contract_to": "2026-01-01"}
    change = reverse("purchasing:vendor_change", args=[made.public_id])
    assert buyer.post(change, wrong).status_code == 422
    assert buyer.post(change, form | {"status": "on_watch"}).status_code == 302
    people = reverse("purchasing:contact_new", args=[made.public_id])
    assert buyer.post(people, {"name": "Ada", "takes_orders": "on"}).status_code == 422
    buyer.post(people, {"name": "Ada", "email": "ada@acme.example", "takes_orders": "on"})
    contact = made.contacts.get()
    args = [made.public_id, contact.public_id]
    buyer.post(reverse("purchasing:contact", args=args), {"name": "Ada B", "email": "a@b.example"})
    buyer.post(reverse("purchasing:contact_remove", args=args))
    later = (clock.today() + timedelta(days=90)).isoformat()
    buyer.post(reverse("purchasing:review", args=[made.public_id]), {"next_on": later})
    made.refresh_from_db()
    assert (made.status, str(made.review_on), made.contacts.count()) == ("on_watch", later, 0)


def test_prices_are_kept_on_pages_and_by_file(buyer, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    vendor("ACME"), sku("MUG")
    price = {
        "vendor": "ACME", "sku": "MUG", "prices": "1 4.25\n100 3.9", "pack_units": "6",
        "minimum_units": "1", "multiple_units": "1", "valid_from": "2026-01-01",
    }  # fmt: skip
    new = reverse("purchasing:product_new")
    assert buyer.post(new, price | {"prices": "cheap"}).status_code == 422
    buyer.post(new, price)
    found = SupplierProduct.objects.get()
    edit = reverse("purchasing:product_change", args=[found.public_id])
    assert "1 4.25\n100 3.90" in buyer.get(edit).content.decode()
    buyer.post(edit, price | {"prices": "1 4.5", "currency": "GBP"})
    assert SupplierProduct.objects.for_list().get().price_shown == "4.50 GBP"

    page = reverse("purchasing:price_import")
    listed = SimpleUploadedFile("p.csv", b"sku,price\nMUG,x\n")
    answer = buyer.post(page, {"file": listed, "vendor": "ACME", "act": "book"})
    assert answer.status_code == 422
    assert "Give an amount" in answer.content.decode()
    listed = SimpleUploadedFile("p.csv", b"sku,price\nMUG,5\n")
    answer = buyer.post(page, {"file": listed, "vendor": "ACME", "act": "check"})
    assert "The list is good" in answer.content.decode()
    listed = SimpleUploadedFile("p.csv", b"sku,price\nMUG,5\n")
    assert buyer.post(page, {"file": listed, "vendor": "ACME", "act": "book"}).status_code == 302


def test_finance_sees_costs_and_sets_rates_but_orders_nothing(client):
    filled()
    client.force_login(someone(Role.FINANCE))
    body = {"currency": "USD", "rate": "0.79", "day": "2026-01-01"}
    assert client.post(reverse("purchasing:rate_set"), body).status_code == 302
    assert client.post(reverse("purchasing:rate_set"), body | {"rate": "0"}).status_code == 422
    receipt = Receipt.objects.get()
    landed = {"kind": "duty", "document": "C-1", "amount": "1.50", "currency": "gbp",
              "spread_by": "value"}  # fmt: skip
    client.post(reverse("purchasing:landed", args=[receipt.public_id]), landed)
    assert receipt.landed.count() == 2
    assert client.get(reverse("purchasing:cost_list")).status_code == 200
    assert client.get(reverse("purchasing:order_new")).status_code == 403


def test_parked_goods_are_settled_on_their_page(buyer, settings, tmp_path):
    from tests.inventory.purchasing.test_receipts import picture

    settings.MEDIA_ROOT = tmp_path
    warehouse("LON"), sku("MUG")
    for number in range(2):
        shot = SimpleUploadedFile("x.png", picture().read())
        buyer.post(
            reverse("purchasing:park"),
            {"warehouse": "LON", "units": "2", "barcode": str(number), "photo": shot},
        )
    first, second = ParkedGoods.objects.order_by("id")
    seen = buyer.get(reverse("purchasing:photo", args=[first.public_id]))
    assert seen["Content-Type"] == "image/png"
    buyer.post(reverse("purchasing:take_in", args=[first.public_id]), {"sku": "MUG"})
    buyer.post(reverse("purchasing:send_back", args=[second.public_id]), {"reason": "not ours"})
    assert list(ParkedGoods.objects.order_by("id").values_list("state", flat=True)) == [
        "taken_in",
        "sent_back",
    ]
    assert StockLevel.objects.get().on_hand == 2
