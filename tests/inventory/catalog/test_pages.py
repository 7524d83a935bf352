"""The pages of a SKU's packs, barcodes and pictures, of archiving and of merging; scan pages."""

import io
import re
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from core.actor import SYSTEM
from core.errors import BadValue, NotThere
from core.pages import search
from core.roles import Role
from inventory.models import Barcode, Sku, SkuMerge, SkuPicture, StockCount, StockLevel
from inventory.operations.catalog.barcodes import add_barcode
from inventory.operations.catalog.merge import merge_sku
from inventory.operations.catalog.packs import add_pack
from inventory.operations.catalog.pictures import (
    MOST,
    add_picture,
    order_pictures,
    remove_picture,
)
from opsmgr.demo.products import leave_products, let_scanners_find
from tests.builders.inventory import listing, sku, stock, warehouse
from tests.builders.people import someone
from tests.builders.purchasing import draft, sent

pytestmark = pytest.mark.django_db
EAN, CASE = "4006381333931", "14006381333938"


@pytest.fixture
def manager(client):
    client.force_login(someone(Role.MANAGER))
    return client


@pytest.fixture(autouse=True)
def _pictures_lie_elsewhere(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    storages._storages.clear()


def cased(code: str = "MUG") -> Sku:
    """A SKU with its EAN, and a case of 12 with one of its own."""
    item = sku(code, barcode=EAN)
    add_pack(item.pk, {"name": "case", "count": 12})
    add_barcode(item.pk, text=CASE, pack="case")
    return item


def image(kind: str = "PNG", name: str = "a.png") -> SimpleUploadedFile:
    file = io.BytesIO()
    Image.new("RGB", (4, 4), "red").save(file, kind)
    return SimpleUploadedFile(name, file.getvalue())


def text_of(answer: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def at(name: str, item: Sku, *more: str) -> str:
    return reverse(f"inventory:{name}", args=[item.public_id, *more])


def test_packs_and_barcodes_are_entered_on_the_sku_s_page(manager):
    item = sku("MUG")
    form = {"name": "inner", "count": "6", "active": "on"}
    assert manager.post(at("sku_pack_new", item), form).status_code == 302
    wrong = manager.post(at("sku_pack_new", item), form)
    assert wrong.status_code == 422
    assert "has a pack inner already" in text_of(wrong)
    case = {"name": "case", "count": "4", "inside": "inner", "active": "on", "width_mm": "300"}
    manager.post(at("sku_pack_new", item), case)
    pack = item.packs.get(name="case")
    assert 'value="300"' in manager.get(at("sku_pack", item, pack.public_id)).content.decode()
    manager.post(at("sku_pack", item, pack.public_id), case | {"count": "5"})
    assert manager.post(at("sku_barcode_new", item), {"text": "4006381333932"}).status_code == 422
    for given in ({"text": EAN}, {"text": CASE, "pack": "case"}, {"text": "50"}):
        assert manager.post(at("sku_barcode_new", item), given).status_code == 302
    page = text_of(manager.get(item.get_absolute_url()))
    assert "case 5 × inner 30" in page
    assert f"{EAN} Main GTIN each 1" in page
    assert f"{CASE} GTIN case 30" in page

    row = Barcode.objects.get(text="50")
    manager.post(at("sku_barcode_main", item, row.public_id))
    item.refresh_from_db()
    assert item.barcode == "50"
    manager.post(at("sku_barcode_remove", item, row.public_id))
    assert not Barcode.objects.filter(text="50").exists()
    assert manager.post(at("sku_barcode_remove", sku("CUP"), CASE)).status_code == 404


def test_master_data_say_what_is_dangerous(manager):
    item = sku("MUG")
    form = {
        "code": "MUG",
        "title": "Mug",
        "currency": "GBP",
        "active": "on",
        "un_number": "UN 3481",
    }
    wrong = manager.post(at("sku_change", item), form)
    assert wrong.status_code == 422
    assert "Say which class" in text_of(wrong)
    unknown, short = {"hazard_class": "77"}, {"hazard_class": "9", "un_number": "12"}
    for bad, told in ((unknown, "valid choice"), (short, "four digits")):
        assert told in text_of(manager.post(at("sku_change", item), form | bad))
    form |= {"hazard_class": "9", "description": "With a lamp.\nAnd a battery."}
    assert manager.post(at("sku_change", item), form).status_code == 302
    page = text_of(manager.get(item.get_absolute_url()))
    assert "UN 3481, class 9 Other dangerous goods" in page
    assert "And a battery." in page
    assert "MUG" in text_of(manager.get("/inventory/skus/?hazardous=true"))
    item.refresh_from_db()
    assert (item.hazard_class, item.un_number) == ("9", "3481")


def test_pictures_are_added_put_first_and_removed(manager):
    item = sku("MUG")
    new = at("sku_picture_new", item)
    for name, caption in (("a.png", "Front"), ("b.png", "Back")):
        assert manager.post(new, {"image": image(name=name), "caption": caption}).status_code == 302
    bad = SimpleUploadedFile("a.png", b"hello")
    assert "JPEG, PNG or WebP" in text_of(manager.post(new, {"image": bad}))
    assert manager.post(new, {}).status_code == 422
    front, back = item.pictures.order_by("position")
    shown = manager.get(at("sku_picture", item, front.public_id))
    assert (shown.status_code, shown["Content-Type"]) == (200, "image/png")
    manager.post(at("sku_picture_first", item, back.public_id))
    assert [row.caption for row in item.pictures.order_by("position")] == ["Back", "Front"]
    assert manager.post(at("sku_picture_first", item, "none")).status_code == 404
    manager.post(at("sku_picture_remove", item, back.public_id))
    assert [(row.caption, row.position) for row in item.pictures.all()] == [("Front", 1)]
    assert manager.get(at("sku_picture", item, back.public_id)).status_code == 404
    front.image.storage.delete(front.image.name)
    assert manager.get(at("sku_picture", item, front.public_id)).status_code == 404


def test_pictures_have_a_limit_and_an_order_of_all_of_them():
    item = sku("MUG")
    for _ in range(MOST):
        add_picture(item.pk, image=image("JPEG"))
    with pytest.raises(BadValue) as refusal:
        add_picture(item.pk, image=image())
    assert refusal.value.facts["field"] == "image"
    ids = list(item.pictures.values_list("public_id", flat=True))
    for order in (ids[1:], [*ids, ids[0]], [*ids[1:], "other"]):
        with pytest.raises(BadValue):
            order_pictures(item.pk, order)
    order_pictures(item.pk, ids[::-1])
    assert SkuPicture.objects.get(public_id=ids[-1]).position == 1
    for wrong in (image("GIF"), ContentFile(b"\x89PNG\r\n\x1a\n", name="x"), None):
        with pytest.raises(BadValue):
            add_picture(sku("CUP").pk, image=wrong)
    with pytest.raises(NotThere):
        remove_picture(0)


def test_a_file_goes_when_its_picture_is_removed(django_capture_on_commit_callbacks):
    picture = add_picture(sku("MUG").pk, image=image())
    stored, name = picture.image.storage, picture.image.name
    with django_capture_on_commit_callbacks(execute=True):
        remove_picture(picture.pk)
    assert not stored.exists(name)


def test_a_sku_is_archived_and_brought_back_on_its_page(manager):
    item = stock("MUG", on_hand=2).sku
    refused = manager.post(at("sku_archive", item), follow=True)
    assert "2 on hand in LON" in text_of(refused)
    other = sku("CUP")
    manager.post(at("sku_archive", other))
    page = text_of(manager.get(other.get_absolute_url()))
    assert "Archived" in page
    assert "Bring back" in page
    assert "Book it" not in page
    assert "CUP" in text_of(manager.get("/inventory/skus/?active=false"))
    assert "Bring back" not in text_of(manager.post(at("sku_archive", other), follow=True))


def test_a_merge_shows_what_would_move_then_what_did(manager):
    old, mug = cased("OLD"), sku("MUG")
    stock("OLD", on_hand=7)
    listing("OLD")
    address = at("sku_merge_new", old)
    assert "See what would move" in text_of(manager.get(address))
    assert "There is no SKU NO" in text_of(manager.get(address, {"into": "NO"}))
    assert "Choose another SKU" in text_of(manager.get(address, {"into": "OLD"}))
    shown = text_of(manager.get(address, {"into": "MUG"}))
    assert "Units 7" in shown
    assert EAN in shown
    bought = draft(OLD=1)
    assert f"open on order {bought.number}" in text_of(manager.get(address, {"into": "MUG"}))
    answer = manager.post(address, {"into": "MUG", "reason": "twice"})
    assert answer.status_code == 422
    assert "cannot be merged" in text_of(answer)
    bought.lines.all().delete()
    bought.delete()
    assert manager.post(address, {"into": "NO", "reason": "twice"}).status_code == 422
    assert manager.post(address, {"into": "MUG", "reason": ""}).status_code == 422
    done = manager.post(address, {"into": "MUG", "reason": "twice"}, follow=True)
    assert "7 On hand" in text_of(done).replace("on hand", "On hand")
    assert "twice" in text_of(manager.get("/inventory/skus/merges/"))
    assert "OLD" in text_of(manager.get("/inventory/skus/merges/?sku=MUG"))
    assert "OLD" not in text_of(manager.get("/inventory/skus/merges/?sku=CUP")).split("Columns")[0]
    assert "Went up in it: OLD" in text_of(manager.get(mug.get_absolute_url()))
    gone = text_of(manager.get(old.get_absolute_url()))
    assert "It was merged into MUG" in gone
    assert "Bring back" not in gone
    assert manager.post(address, {"into": "MUG", "reason": "twice"}).status_code == 422


def test_search_finds_the_kept_one_by_the_old_names():
    item = cased("OLD")
    merge_sku(item.pk, sku("MUG").pk, reason="twice")
    for words in ("old", CASE, "0" + EAN):
        hits = list(search["20 skus"].find(words, SYSTEM))
        assert next((hit.label, hit.exact) for hit in hits) == ("MUG", True)


def test_a_case_is_received_as_its_units(manager):
    cased()
    warehouse("LON")
    start = {"warehouse": "LON", "reference": "DN-1"}
    took = manager.post(
        "/inventory/receive/", {**start, "barcode": CASE, "units": "2", "scan": "1"}
    )
    assert "took=MUG&units=24" in took["Location"]
    manager.post("/inventory/receive/", {**start, "barcode": "0" + EAN, "units": "1", "scan": "2"})
    assert StockLevel.objects.get().on_hand == 25
    order = sent(MUG=30)
    body = {"order": order.number, "barcode": CASE, "units": "1", "scan": "3"}
    assert "units=12" in manager.post(reverse("purchasing:scan"), body)["Location"]
    assert StockLevel.objects.get().on_hand == 37
    other = sku("CUP", barcode="50")
    assert other.pk
    wrong = manager.post(reverse("purchasing:scan"), body | {"barcode": "50", "scan": "4"})
    assert "50 is not on" in text_of(wrong)


def test_cases_are_counted_as_cases(manager):
    cased()
    stock("MUG", on_hand=30)
    manager.post("/inventory/counts/new/", {"warehouse": "LON", "skus": CASE})
    there = StockCount.objects.get().get_absolute_url()
    asked = manager.post(f"{there}scan/", {"barcode": CASE, "key": "1"}, follow=True)
    assert "How many case of 12 MUG?" in text_of(asked)
    form = {"barcode": "2", "key": "2", "sku": "MUG", "each": "12", "pack": "case"}
    assert "24 × MUG" in text_of(manager.post(f"{there}scan/", form, follow=True))
    for each in ("x", "-1", "99999999999"):
        answer = manager.post(f"{there}scan/", form | {"each": each, "key": each})
        assert answer.status_code == 422


def test_the_demo_shop_has_packs_and_a_merge(manager):
    user = someone(Role.MANAGER)
    user.email = "manager@example.com"
    user.save()
    warehouse("LON")
    for code, title in (("A", "Slate mug"), ("B", "Harbor lantern"), ("C", "Candle")):
        sku(code, title=title)
    Sku.objects.filter(code="A").update(barcode=EAN)
    let_scanners_find()
    for _ in range(2):
        leave_products()
    assert Barcode.objects.get(pack__name="case").text == CASE
    assert SkuMerge.objects.get().units_moved == 7
    assert Sku.objects.get(code="A-2019").archived_at is not None
    assert set(Sku.objects.hazardous().values_list("code", flat=True)) == {"B", "C"}
    assert SkuPicture.objects.count() == 1
