"""The pages of shipping, without script: what they show, what their forms do."""

import re

import pytest
from django.test import Client

from core.actor import SYSTEM
from core.roles import Role
from inventory.models import Bin, StockLevel, WarehouseAccess
from orders.models import FulfillmentOrder
from orders.operations.hold import hold_order
from shipping.models import Manifest, PackScan, Parcel, PickList
from shipping.operations.pick import make_pick_list
from shipping.panels import queue_count
from tests.builders.people import someone
from tests.builders.shipping import given, handed_over, labelled, packed, picked, released

pytestmark = pytest.mark.django_db


def signed_in(*roles: Role, **fields) -> Client:
    client = Client()
    client.force_login(someone(*roles, **fields))
    return client


@pytest.fixture
def picker() -> Client:
    return signed_in(Role.PICKER)


@pytest.fixture
def manager() -> Client:
    return signed_in(Role.MANAGER)


def text_of(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def test_the_queue_counts_each_step_and_starts_a_walk(picker):
    fulfillment = released(MUG=1)
    picked(MUG=1)
    labelled(MUG=1)

    page = picker.get("/shipping/")
    assert page.status_code == 200
    (row,) = [row for row in page.context["board"] if row["warehouse"].code == "LON"]
    assert (row["to_pick"], row["to_pack"], row["to_hand_over"]) == (1, 1, 1)
    started = picker.post("/shipping/pick/start/", {"warehouse": row["warehouse"].public_id})
    assert started["Location"] == PickList.objects.latest("id").get_absolute_url()
    fulfillment.refresh_from_db()
    assert fulfillment.status == "picking"


def test_the_pick_page_leads_location_first_then_item(picker):
    fulfillment = released(MUG=2)
    level = StockLevel.objects.get(sku__code="MUG")
    level.bin = Bin.objects.create(warehouse=level.warehouse, code="A-07", position=7)
    level.save(update_fields=["bin"])
    walk = make_pick_list(fulfillment.warehouse_id)
    there = walk.get_absolute_url()

    page = picker.get(there)
    assert page.context["wants"] == "location"
    assert "autofocus" in page.content.decode()
    wrong = picker.post(f"{there}scan/", {"barcode": "MUG"})
    assert wrong.status_code == 409
    assert wrong.context["answer"]["tone"] == "bad"
    assert "Wrong location: MUG. Go to A-07." in text_of(wrong)

    right = picker.post(f"{there}scan/", {"barcode": "A-07"}, follow=True)
    assert right.context["answer"] == {"tone": "good", "text": "A-07 is right."}
    assert right.context["wants"] == "item"
    assert picker.get(there).context["answer"] == {}  # a reload repeats nothing
    done = picker.post(f"{there}scan/", {"barcode": "MUG", "units": "2"}, follow=True)
    assert done.context["answer"]["text"] == "2 × MUG into tote 1. The walk is done."
    assert picker.post(f"{there}scan/", {"barcode": "MUG"}).status_code == 409


@pytest.mark.parametrize("form", [{}, {"barcode": ""}, {"barcode": "x", "units": "-1"}])
def test_a_scan_that_is_none_is_said_loudly(picker, form):
    walk = make_pick_list(released(MUG=1).warehouse_id)

    answer = picker.post(f"{walk.get_absolute_url()}scan/", form)

    assert (answer.status_code, answer.context["answer"]["tone"]) == (422, "bad")


def test_what_is_missing_is_reported_on_the_page(picker):
    walk = make_pick_list(released(MUG=2).warehouse_id)
    there = walk.get_absolute_url()

    picker.post(f"{there}short/", {"line": walk.lines.get().pk, "units": "2"})

    walk.refresh_from_db()
    assert walk.state == "done"
    assert picker.get(f"{there}print/").status_code == 200
    assert "PL-" in text_of(picker.get("/shipping/pick/"))


def test_packing_scans_proposes_and_closes_a_carton(picker):
    fulfillment = picked(MUG=2)
    there = f"/shipping/pack/{fulfillment.public_id}/"

    page = picker.get(there)
    assert page.context["proposal"].carton.code == "S2"
    wrong = picker.post(f"{there}scan/", {"barcode": "HAT"})
    assert (wrong.status_code, wrong.context["answer"]["tone"]) == (409, "bad")
    picker.post(f"{there}scan/", {"barcode": "MUG", "units": "1"})
    assert PackScan.objects.get().units == 1
    picker.post(f"{there}clear/")
    assert not PackScan.objects.exists()
    picker.post(f"{there}scan/", {"barcode": "MUG", "units": "2"})
    assert picker.get(there).context["all_scanned"]
    closed = picker.post(f"{there}close/", {"carton": "S2", "weight_grams": "800"})
    parcel = Parcel.objects.get()
    assert closed["Location"] == parcel.get_absolute_url()
    assert parcel.weight_grams == 800
    assert "All packed" in text_of(picker.get(there))


def test_a_bad_carton_form_comes_back(picker):
    fulfillment = picked(MUG=1)
    there = f"/shipping/pack/{fulfillment.public_id}/"

    for form in ({"carton": "nope"}, {"carton": "S1", "weight_grams": "0"}):
        assert picker.post(f"{there}close/", form)["Location"] == there
    assert not Parcel.objects.exists()


def test_the_parcel_page_shows_every_rate_with_its_reason(manager):
    parcel = labelled(MUG=1)

    page = manager.get(parcel.get_absolute_url())

    text = text_of(page)
    assert len(page.context["rates"]) == 9
    for part in ("Lapwing Saver", "Tern Next Day", "Does not go", parcel.tracking_number, "MUG"):
        assert part in text
    label = manager.get(f"/shipping/labels/{parcel.public_id}.pdf")
    assert (label.status_code, label["Content-Type"]) == (200, "application/pdf")
    slip = text_of(manager.get(f"{parcel.get_absolute_url()}slip/"))
    assert "MUG" in slip
    assert "10.00" not in slip


def test_the_acts_of_the_parcel_page(manager):
    parcel = packed(MUG=1)
    there = parcel.get_absolute_url()
    assert manager.get(there).status_code == 200

    manager.post(f"{there}select/")
    parcel.refresh_from_db()
    assert parcel.service.code == "lapwing-saver"
    manager.post(f"{there}override/", {"service": "tern-two-day", "reason": "van full"})
    parcel.refresh_from_db()
    assert parcel.service.code == "tern-two-day"
    manager.post(f"{there}label/")
    manager.post(f"{there}void/", {"reason": "torn"})
    assert not parcel.labels.exclude(state="void").exists()
    gone = manager.post(f"{there}cancel/", {"reason": "crushed"})
    assert gone["Location"] == f"/shipping/pack/{parcel.fulfillment.public_id}/"


def test_an_override_without_reason_is_refused_where_the_person_looks(manager):
    parcel = packed(MUG=1)
    there = parcel.get_absolute_url()

    form = {"service": "tern-two-day", "reason": " "}
    answer = manager.post(
        f"{there}override/", form, headers={"referer": f"http://testserver{there}"}
    )

    assert answer["Location"].endswith(there)
    parcel.refresh_from_db()
    assert parcel.service is None


def test_ticked_parcels_are_handed_over_and_the_manifest_printed(picker):
    first, second = labelled(MUG=1), labelled(MUG=1)
    page = picker.get("/shipping/hand-over/")
    assert [len(parcels) for _, _, parcels in page.context["groups"]] == [2]

    answer = picker.post("/shipping/hand-over/", {"parcel": [first.public_id]})

    manifest = Manifest.objects.get()
    assert answer["Location"] == manifest.get_absolute_url()
    assert first.number in text_of(picker.get(answer["Location"]))
    assert "M-" in text_of(picker.get("/shipping/manifests/"))
    second.refresh_from_db()
    assert second.state == "labelled"
    assert picker.post("/shipping/hand-over/", {}).status_code == 404


def test_what_the_carrier_said_on_the_phone_is_noted():
    agent, parcel = signed_in(Role.AGENT), handed_over(MUG=1)

    agent.post(f"{parcel.get_absolute_url()}track/", {"code": "delivered", "place": "Leeds"})

    parcel.refresh_from_db()
    assert parcel.state == "delivered"
    assert "Leeds" in text_of(agent.get(parcel.get_absolute_url()))


def test_rates_are_shown_and_quoted(manager):
    released(MUG=1)
    page = manager.get("/shipping/rates/")
    assert len(page.context["cards"]) == 9

    query = {
        "warehouse": StockLevel.objects.first().warehouse.public_id, "country": "fr",
        "weight_grams": "1200", "level": "",
    }  # fmt: skip
    rows = manager.get("/shipping/rates/", query).context["rows"]
    assert len(rows) == 9
    assert [row["service"] for row in rows if row["chosen"]] == ["Bittern Small"]
    assert manager.get("/shipping/rates/", query | {"weight_grams": "x"}).context["rows"] == []


def test_a_scan_leads_to_its_page(picker):
    parcel, fulfillment = labelled(MUG=1), picked(MUG=1)
    walk = PickList.objects.latest("id")

    for code, there in (
        (parcel.tracking_number, parcel.get_absolute_url()),
        (parcel.number, parcel.get_absolute_url()),
        (walk.number.lower(), walk.get_absolute_url()),
        (fulfillment.number, f"/shipping/pack/{fulfillment.public_id}/"),
        (fulfillment.order.number, f"/shipping/pack/{fulfillment.public_id}/"),
    ):
        assert picker.get("/shipping/find/", {"barcode": code})["Location"] == there
    for code in ("", "nothing", "PL-99999999999999999999", "a\x00b"):
        assert picker.get("/shipping/find/", {"barcode": code}).status_code == 404


def test_lists_and_the_order_page_show_parcels(manager):
    parcel = labelled(MUG=1)

    assert parcel.number in text_of(manager.get("/shipping/parcels/?state=labelled"))
    assert parcel.number not in text_of(manager.get("/shipping/parcels/?state=lost"))


def test_pages_run_no_query_per_row(manager, django_assert_max_num_queries):
    for _ in range(4):
        labelled(MUG=1)
    manager.get("/shipping/")

    with django_assert_max_num_queries(25):
        manager.get("/shipping/parcels/")
    with django_assert_max_num_queries(25):
        manager.get("/shipping/hand-over/")
    with django_assert_max_num_queries(25):
        manager.get("/shipping/")


def test_who_may_not_is_turned_away():
    parcel, fulfillment = labelled(MUG=1), picked(MUG=1)
    viewer, stranger = signed_in(Role.VIEWER), Client()
    there = parcel.get_absolute_url()
    assert viewer.get(there).status_code == 200
    assert viewer.get(f"/shipping/pack/{fulfillment.public_id}/").status_code == 403
    for path in (f"{there}cancel/", f"{there}override/", "/shipping/pick/start/"):
        assert viewer.post(path, {"reason": "x"}).status_code == 403
        assert stranger.post(path)["Location"].startswith("/accounts/login/")

    elsewhere = someone(Role.MANAGER, all_warehouses=False)
    WarehouseAccess.objects.filter(user=elsewhere).delete()
    client = Client()
    client.force_login(elsewhere)
    for path in (there, f"{there}slip/", f"/shipping/labels/{parcel.public_id}.pdf",
                 f"/shipping/pack/{fulfillment.public_id}/"):  # fmt: skip
        assert client.get(path).status_code == 404
    given(parcel)
    assert client.get(Manifest.objects.get().get_absolute_url()).status_code == 404
    assert FulfillmentOrder.objects.count() == 2


def test_the_queue_counts_what_a_walk_would_take_and_says_what_is_kept_back(picker):
    held = released(MUG=1)
    hold_order(held.order_id, reason="the customer called")

    page = picker.get("/shipping/")

    (row,) = [row for row in page.context["board"] if row["warehouse"].code == "LON"]
    assert (row["to_pick"], row["kept_back"]) == (0, 1)
    assert "0 + 1 kept back" in text_of(page)
    assert "Start picking" not in text_of(page)
    assert queue_count(SYSTEM) == 0
    ready = labelled(HAT=1)
    hold_order(ready.fulfillment.order_id, reason="the customer called")
    (row,) = picker.get("/shipping/").context["board"]
    assert row["to_hand_over"] == 0
