import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from core.jobs import KINDS, work_off
from core.models import Batch, Job
from core.roles import Role
from inventory.models import Bin, Channel, Listing, Product, Sku, StockLevel
from tests.builders.inventory import channel, listing, sku, stock, warehouse
from tests.builders.people import someone


@pytest.fixture
def buyer(client: Client) -> Client:
    client.force_login(someone(Role.BUYER))
    return client


def filled() -> Sku:
    level = stock("MUG", on_hand=12)
    listing("MUG", channel_sku="M-1")
    Listing.objects.create(channel=channel("web"), channel_sku="MUG-X", title="Mug?")
    refused = listing("CUP")
    Listing.objects.filter(pk=refused.pk).update(push_error="unknown", refused_units=0)
    Bin.objects.create(warehouse=warehouse("LON"), code="A-01")
    return level.sku


LISTS = ["stock", "sku_list", "product_list", "movement_list", "listing_list", "sync",
         "warehouse_list", "channel_list", "receive", "import", "sku_new", "product_new",
         "listing_new"]  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("name", LISTS)
def test_each_list_and_form_shows_what_there_is(buyer, name, django_assert_max_num_queries):
    filled()
    with django_assert_max_num_queries(40):
        answer = buyer.get(reverse(f"inventory:{name}"))
    assert answer.status_code == 200
    assert "</html>" in answer.content.decode()


@pytest.mark.django_db
def test_a_list_costs_the_same_however_many_rows_it_shows(buyer, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    filled()
    pages = [reverse(f"inventory:{name}") for name in LISTS[:6]]
    before = []
    for page in pages:
        buyer.get(page)
        with CaptureQueriesContext(connection) as few:
            buyer.get(page)
        before.append(len(few))
    for number in range(20):
        listing(f"S{number}"), stock(f"S{number}", on_hand=1)
    for page, count in zip(pages, before, strict=True):
        with CaptureQueriesContext(connection) as many:
            buyer.get(page)
        assert len(many) <= count, page


@pytest.mark.django_db
def test_the_page_of_each_thing_opens(buyer):
    item = filled()
    things = [item, item.product, warehouse("LON"), channel("web")]
    for thing in things:
        assert buyer.get(thing.get_absolute_url()).status_code == 200
    for found in Listing.objects.all():
        page = buyer.get(reverse("inventory:listing", args=[found.public_id]))
        assert page.status_code == 200
    shown = buyer.get(item.get_absolute_url()).content.decode()
    assert "M-1" in shown
    assert "+12" in shown


@pytest.mark.django_db
def test_a_viewer_sees_and_changes_nothing(client):
    item = filled()
    client.force_login(someone(Role.VIEWER))
    assert "Book it" not in client.get(item.get_absolute_url()).content.decode()
    body = {"warehouse": "LON", "units": 5, "reason": "found"}
    refused = client.post(reverse("inventory:adjust", args=[item.public_id]), body)
    assert refused.status_code == 403
    assert StockLevel.objects.get(sku=item).on_hand == 12


@pytest.mark.django_db
def test_a_sku_is_created_and_changed_on_its_form(buyer):
    made = buyer.post(
        reverse("inventory:sku_new"),
        {"code": "NEW", "title": "New", "currency": "GBP", "weight_grams": "5", "active": "on"},
    )
    item = Sku.objects.get(code="NEW")
    assert made["Location"] == item.get_absolute_url()

    address = reverse("inventory:sku_change", args=[item.public_id])
    assert 'value="NEW"' in buyer.get(address).content.decode()
    wrong = buyer.post(address, {"code": "=1", "title": "New", "currency": "QQQ"})
    assert wrong.status_code == 422
    assert "letter or digit" in wrong.content.decode()
    done = buyer.post(address, {"code": "NEW", "title": "Newer", "currency": "GBP"})
    assert done.status_code == 302
    item.refresh_from_db()
    assert (item.title, item.active) == ("Newer", False)


@pytest.mark.django_db
def test_a_product_is_created_changed_and_archived(buyer):
    buyer.post(reverse("inventory:product_new"), {"title": "Mugs"})
    found = Product.objects.get()
    buyer.post(
        reverse("inventory:product_change", args=[found.public_id]),
        {"title": "Mugs", "category": "Kitchen"},
    )
    buyer.post(reverse("inventory:product_archive", args=[found.public_id]))
    found.refresh_from_db()
    assert found.category == "Kitchen"
    assert found.archived_at


@pytest.mark.django_db
def test_stock_is_corrected_from_the_page_of_the_sku(buyer):
    item = filled()
    acts = {
        "adjust": {"units": "-2", "reason": "damage", "note": "fell"},
        "count": {"units": "9", "expected": "10"},
        "safety": {"units": "4"},
        "move": {"units": "1", "source": "damaged", "target": "", "reason": "broken"},
    }
    for name, body in acts.items():
        address = reverse(f"inventory:{name}", args=[item.public_id])
        assert buyer.post(address, {"warehouse": "LON", **body}).status_code == 302, name
    level = StockLevel.objects.get(sku=item)
    assert (level.on_hand, level.damaged, level.safety_stock) == (9, 1, 4)

    bad = {"warehouse": "LON", "units": "many", "reason": "found"}
    address = reverse("inventory:adjust", args=[item.public_id])
    assert buyer.post(address, bad).status_code == 422


@pytest.mark.django_db
def test_goods_are_scanned_in_bin_first_and_the_page_resumes(buyer):
    filled()
    address = reverse("inventory:receive")
    start = {"warehouse": "LON", "reference": "DN-7"}
    assert "Scan the bin" in buyer.get(address, start).content.decode()

    at_bin = buyer.post(address, {**start, "barcode": "A-01", "units": "1", "scan": "s1"})
    assert "bin=A-01" in at_bin["Location"]
    for _ in range(2):  # the same form twice counts once
        scanned = buyer.post(
            address, {**start, "bin": "A-01", "barcode": "MUG", "units": "2", "scan": "s2"}
        )
    page = buyer.get(scanned["Location"]).content.decode()
    assert "+2 MUG" in page

    level = StockLevel.objects.get(sku__code="MUG")
    assert (level.on_hand, level.bin.code) == (14, "A-01")
    wrong = buyer.post(address, {**start, "barcode": "NOPE", "units": "1", "scan": "s3"})
    assert wrong.status_code == 422
    assert "There is no SKU NOPE" in wrong.content.decode()


@pytest.mark.django_db
def test_an_unmapped_listing_offers_guesses_and_is_mapped(buyer):
    item = filled()
    found = Listing.objects.get(channel_sku="MUG-X")
    page = reverse("inventory:listing", args=[found.public_id])
    assert item.title in buyer.get(page).content.decode()
    buyer.post(reverse("inventory:listing_map", args=[found.public_id]), {"sku": "MUG"})
    found.refresh_from_db()
    assert found.sku == item
    made = buyer.post(reverse("inventory:listing_new"), {"channel": "web", "channel_sku": "Z"})
    assert made.status_code == 302
    again = buyer.post(reverse("inventory:listing_new"), {"channel": "web", "channel_sku": "Z"})
    assert again.status_code == 422


@pytest.mark.django_db
def test_what_was_refused_is_retried_and_a_channel_compared(buyer):
    filled()
    Channel.objects.update(adapter="http_json", adapter_url="http://127.0.0.1:9/")
    shop = channel("web")
    assert (
        "unknown"
        in buyer.get(reverse("inventory:listing_list"), {"sync_failed": "true"}).content.decode()
    )
    buyer.post(reverse("inventory:sync_retry", args=[shop.public_id]))
    buyer.post(reverse("inventory:sync_compare", args=[shop.public_id]))
    assert not Listing.objects.sync_failed().exists()
    kinds = set(Job.objects.filter(kind__startswith="inventory.").values_list("kind", flat=True))
    assert kinds == {"inventory.push_stock", "inventory.compare_stock"}


def upload(client, text: str, **fields):
    file = SimpleUploadedFile("stock.csv", text.encode())
    return client.post(reverse("inventory:import"), {"file": file, "mode": "receive", **fields})


@pytest.mark.django_db
def test_a_list_is_checked_shown_and_booked(buyer):
    item = filled()
    wrong = upload(buyer, "sku,warehouse,units\nMUG,LON,x\n", act="book")
    assert wrong.status_code == 422
    assert "Nothing was booked" in wrong.content.decode()
    checked = upload(buyer, "sku,units\nMUG,3\n", warehouse="LON", act="check")
    assert "The list is good" in checked.content.decode()
    assert not Batch.objects.exists()
    booked = upload(buyer, "sku,units\nMUG,3\n", warehouse="LON", act="book")
    assert booked.status_code == 302
    while work_off(KINDS["core.run_batch"]):
        pass
    assert booked["Location"].startswith("/batches/")
    assert StockLevel.objects.get(sku=item).on_hand == 15


@pytest.mark.django_db
def test_search_jumps_to_a_sku_by_code_and_barcode():
    from core.actor import SYSTEM
    from core.pages import search

    sku("MUG", barcode="4006381333931"), sku("MUG-2")
    find = search["20 skus"].find
    assert [(hit.label, hit.exact) for hit in find("mug", SYSTEM)] == [
        ("MUG", True), ("MUG-2", False),
    ]  # fmt: skip
    assert [hit.exact for hit in find("4006381333931", SYSTEM)] == [True]


@pytest.mark.django_db
def test_lanes_name_what_waits_for_a_person():
    from core.actor import SYSTEM
    from core.pages import lanes

    filled()
    for name in ("50 unmapped listings", "51 stock refused"):
        lane = lanes[name]
        label, url, _ = lane.row(lane.rows(SYSTEM).get())
        assert label
        assert url.startswith("/inventory/listings/")


@pytest.mark.django_db
def test_the_admin_changes_a_channel_through_the_operation(client):
    shop = channel("web", adapter_secret="keep")
    warehouse("BER")
    client.force_login(someone(Role.ADMIN))
    address = f"/admin/inventory/channel/{shop.pk}/change/"
    assert client.get(address).status_code == 200
    body = {
        "name": "Web", "currency": "EUR", "active": "on", "clearances": ["payment", "risk"],
        "handling_hours": "12", "adapter": "", "adapter_url": "", "adapter_secret": "",
        "warehouse_order": "BER, LON", "access-TOTAL_FORMS": "0", "access-INITIAL_FORMS": "0",
    }  # fmt: skip
    assert client.post(address, body).status_code == 302
    shop.refresh_from_db()
    assert (shop.currency, shop.clearances, shop.adapter_secret) == (
        "EUR", ["payment", "risk"], "keep",
    )  # fmt: skip
    assert [rank.warehouse.code for rank in shop.ranks.all()] == ["BER", "LON"]
    wrong = client.post(address, body | {"adapter": "http_json"}, follow=True)
    assert "needs the address" in wrong.content.decode()
    for path in ("warehouse/", "bin/", "channelwarehouse/", "warehouse/add/", "channel/add/"):
        assert client.get(f"/admin/inventory/{path}").status_code == 200


@pytest.mark.django_db
def test_a_wrong_scan_is_taken_back_on_its_page(buyer):
    filled()
    address = reverse("inventory:receive")
    start = {"warehouse": "LON", "reference": "DN-7"}
    before = StockLevel.objects.get(sku__code="MUG").on_hand
    buyer.post(address, {**start, "barcode": "MUG", "units": "40", "scan": "s1"})
    (scan,) = buyer.get(address, start).context["scans"]

    back = {**start, "sku": scan.level.sku.public_id, "key": scan.key}
    page = buyer.post(reverse("inventory:take_back"), back, follow=True)

    assert StockLevel.objects.get(sku__code="MUG").on_hand == before
    assert (list(page.context["scans"]), list(page.context["tally"])) == ([], [])
    wrong = {**back, "key": "scan nope"}
    assert buyer.post(reverse("inventory:take_back"), wrong).status_code == 404
