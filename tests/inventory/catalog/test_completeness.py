"""What channels ask of SKUs: told, and a gate before listing and before release."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from core.errors import BadValue
from core.jobs import work_off
from core.models import Job, User
from core.roles import Role
from inventory.completeness import gaps, needs_of, of_sku, percent_there, with_missing
from inventory.errors import NotComplete
from inventory.events import ChannelChanged, SkuChanged
from inventory.events.files import SkusImported
from inventory.models import ChannelAccess, Listing, Sku
from inventory.operations.catalog.barcodes import add_barcode
from inventory.operations.catalog.listings import (
    change_listing,
    create_listing,
    find_or_list,
    map_listing,
)
from inventory.operations.catalog.pictures import add_picture
from inventory.operations.catalog.places import change_channel
from inventory.operations.catalog.skus import change_product, change_sku
from inventory.states import SkuNeed
from opsmgr.demo.completeness import leave_needs
from orders.errors import NotReady
from orders.handlers import (
    release_what_a_file_filled_in,
    release_what_is_asked_no_more,
    release_what_was_incomplete,
)
from orders.operations.release import release_order
from orders.tasks import release
from orders.why import why_not_shipped
from tests.builders.api import caller
from tests.builders.inventory import channel, sku
from tests.builders.orders import placed_order
from tests.builders.people import someone
from tests.inventory.purchasing.test_bills import picture

pytestmark = pytest.mark.django_db
EVERY = list(SkuNeed.values)


def asking(**settings) -> "channel":
    return change_channel(channel("web").pk, settings)


def bare(code: str = "MUG") -> Sku:
    return sku(code, weight_grams=None, unit_cost=None)


def test_each_need_is_missing_until_it_is_there():
    shop = asking(list_needs=EVERY, least_description=10, least_pictures=2)
    made = bare()
    assert gaps(shop, [made.pk], EVERY) == {made.pk: EVERY}
    change_sku(
        made.pk,
        {
            "weight_grams": 300, "length_mm": 10, "width_mm": 10, "hs_code": "6912",
            "origin_country": "GB", "unit_cost": "4", "unit_price": "9", "description": "Too short",
        },
    )  # fmt: skip
    add_picture(made.pk, image=SimpleUploadedFile("a.png", picture()))
    add_barcode(made.pk, text="50")
    assert gaps(shop, [made.pk], EVERY) == {made.pk: ["description", "pictures", "size"]}
    change_sku(made.pk, {"height_mm": 10, "description": ""})
    change_product(made.product_id, {"description": "Long enough for it"})
    add_picture(made.pk, image=SimpleUploadedFile("a.png", picture()))
    assert gaps(shop, [made.pk], EVERY) == {}


def test_the_percentage_is_of_all_that_is_asked_for_once():
    shop = asking(list_needs=["barcode", "weight"], ship_needs=["weight", "hs_code"])
    made = sku("MUG")  # it has its weight
    one = of_sku(made, [shop])[0]
    assert (one.percent, one.list_missing, one.ship_missing) == (33, ["barcode"], ["hs_code"])
    row = with_missing(Sku.objects.all(), shop).get()
    assert (percent_there(row), row.list_missing, row.ship_missing) == (
        33, ["barcode"], ["hs_code"],
    )  # fmt: skip
    assert needs_of(shop) == ["barcode", "weight", "hs_code"]
    assert of_sku(made, [channel("quiet")]) == []


def test_an_incomplete_sku_is_not_listed_and_it_is_said_why():
    shop = asking(list_needs=["hs_code", "origin"])
    made, waiting = sku("MUG"), create_listing(channel("web").pk, channel_sku="X-1")
    for act in (
        lambda: create_listing(shop.pk, channel_sku="MUG-1", sku_id=made.pk),
        lambda: map_listing(waiting.pk, made.pk),
    ):
        with pytest.raises(NotComplete, match="MUG lacks HS code, country of origin, which"):
            act()
    assert list(Listing.objects.values_list("sku", flat=True)) == [None]
    change_sku(made.pk, {"hs_code": "6912", "origin_country": "GB"})
    assert map_listing(waiting.pk, made.pk).sku == made


def test_what_is_listed_stays_so_but_does_not_come_back_incomplete():
    made = sku("MUG")
    listing = create_listing(channel("web").pk, channel_sku="MUG-1", sku_id=made.pk)
    asking(list_needs=["hs_code"])
    change_listing(listing.pk, title="A mug")
    change_listing(listing.pk, active=False)
    with pytest.raises(NotComplete):
        change_listing(listing.pk, active=True)
    listing.refresh_from_db()
    assert not listing.active


def test_what_a_channel_sells_already_is_mapped_and_its_order_waits():
    asking(list_needs=["hs_code"])
    made = sku("MUG")
    assert find_or_list(channel("web").pk, "MUG").sku == made


def test_an_order_waits_for_what_the_channel_asks_before_it_ships_and_goes_on_by_itself():
    asking(ship_needs=["hs_code", "weight"])
    order = placed_order(MUG=1)
    with pytest.raises(NotReady, match="MUG lacks HS code; "):
        release_order(order.pk)
    release.add(order.pk)
    work_off(release)
    order.refresh_from_db()
    assert order.why_code == "incomplete"
    reason = why_not_shipped(order)[0]
    assert (reason.code, reason.facts["missing"]) == ("incomplete", ["hs_code"])
    assert reason.url == sku("MUG").get_absolute_url()
    change_sku(sku("MUG").pk, {"hs_code": "6912"})
    Job.objects.all().delete()
    release_what_was_incomplete(SkuChanged(sku_id=sku("MUG").pk, fields=["hs_code"]))
    release_what_a_file_filled_in(SkusImported(sku_ids=[sku("MUG").pk], what="changed"))
    asked = Job.objects.filter(kind="orders.release").values_list("key", flat=True)
    assert list(asked) == [str(order.pk)] * 2  # once for each; one of them runs
    assert release_order(order.pk)
    order.refresh_from_db()
    assert order.why_code == "to_pick"


def test_a_channel_that_asks_no_more_lets_orders_go(django_assert_num_queries):
    shop = asking(ship_needs=["hs_code"])
    order = placed_order(MUG=1)
    order.why_code = "incomplete"
    order.save(update_fields=["why_code"])
    Job.objects.all().delete()
    release_what_is_asked_no_more(ChannelChanged(channel_id=shop.pk, fields=["name"]))
    assert not Job.objects.filter(kind="orders.release").exists()
    release_what_is_asked_no_more(ChannelChanged(channel_id=shop.pk, fields=["ship_needs"]))
    assert Job.objects.get(kind="orders.release").key == str(order.pk)


@pytest.mark.parametrize(
    ("settings", "field"),
    [
        ({"list_needs": ["smell"]}, "list_needs"),
        ({"ship_needs": "weight"}, "ship_needs"),
        ({"least_description": 0}, "least_description"),
        ({"least_pictures": 13}, "least_pictures"),
    ],
)
def test_what_cannot_be_asked_for_is_refused_by_field(settings, field):
    with pytest.raises(BadValue) as told:
        asking(**settings)
    assert told.value.facts["field"] == field


def test_the_pages_list_what_is_missing_and_say_what_is_asked_for():
    client = Client()
    client.force_login(someone(Role.MANAGER))
    shop = channel("web")
    assert client.get("/inventory/completeness/").url == "/inventory/channels/"
    body = {"list_needs": ["hs_code"], "ship_needs": ["weight"], "least_description": 1}
    client.post(f"{shop.get_absolute_url()}needs/", body | {"least_pictures": 1})
    full, empty = sku("FULL", hs_code="6912"), bare("EMPTY")
    there = client.get("/inventory/completeness/").url
    page = client.get(there).content.decode()
    assert "50 %" not in page
    assert "100 %" in page
    assert "HS code" in page
    lacking = client.get(f"{there}?lacks=list").content.decode()
    assert (empty.code in lacking, full.get_absolute_url() in lacking) == (True, False)
    assert full.get_absolute_url() not in client.get(f"{there}?missing=weight").content.decode()
    assert "Not to be listed without" in client.get(empty.get_absolute_url()).content.decode()
    listed = client.post(
        "/inventory/listings/new/",
        {"channel": shop.code, "channel_sku": "E-1", "sku": "EMPTY", "title": ""},
    )
    assert listed.status_code in {200, 409, 422}
    assert "lacks HS code" in listed.content.decode()


def test_the_api_lists_what_is_missing_for_a_channel():
    asking(list_needs=["hs_code"], ship_needs=["weight"])
    bare("EMPTY")
    api = caller(someone(Role.BUYER))
    rows = api.get("/api/v1/completeness?channel=web").json()["results"]
    assert [(row["sku"], row["percent"]) for row in rows] == [("EMPTY", 0)]
    assert (rows[0]["list_missing"], rows[0]["ship_missing"]) == (["hs_code"], ["weight"])
    one = api.get(f"/api/v1/completeness/{rows[0]['id']}?channel=web")
    assert one.json()["percent"] == 0
    assert api.get("/api/v1/completeness?channel=web&missing=hs_code").json()["results"]
    for wrong in ("", "?channel=moon", "?channel=%00", "?channel=web&lacks=x"):
        assert api.get(f"/api/v1/completeness{wrong}").status_code in {400, 422}
    made = api.post("/api/v1/listings", {"channel": "web", "channel_sku": "E", "sku": "EMPTY"})
    assert (made.status_code, made.json()["code"]) == (422, "not_complete")


def test_channels_out_of_reach_are_not_asked_about():
    asking(list_needs=["hs_code"])
    person = someone(Role.BUYER, all_channels=False)
    ChannelAccess.objects.create(user=person, channel=channel("other"))
    client = Client()
    client.force_login(person)
    assert client.get(f"{channel('web').get_absolute_url()}completeness/").status_code == 404
    assert caller(person).get("/api/v1/completeness?channel=web").status_code == 422


def test_the_list_asks_no_query_per_row(django_assert_max_num_queries):
    asking(list_needs=EVERY)
    for number in range(12):
        bare(f"S-{number}")
    api = caller(someone(Role.BUYER))
    api.get("/api/v1/completeness?channel=web")
    with django_assert_max_num_queries(12):
        assert len(api.get("/api/v1/completeness?channel=web").json()["results"]) == 12


def test_the_demo_asks_for_something():
    User.objects.filter(pk=someone(Role.MANAGER).pk).update(email="manager@example.com")
    shop = channel("web")
    for _ in range(2):
        leave_needs()
    shop.refresh_from_db()
    assert shop.list_needs == ["barcode", "price"]
