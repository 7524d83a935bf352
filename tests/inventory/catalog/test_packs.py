"""Packs: exact, in no circle, and fixed while somebody counts on them."""

import pytest
from django.db import IntegrityError, transaction

from core.books import check_books
from core.errors import BadValue, NotThere
from inventory.errors import PackInUse, SkuArchived
from inventory.models import Pack
from inventory.operations.catalog.archive import archive_sku
from inventory.operations.catalog.barcodes import add_barcode, remove_barcode
from inventory.operations.catalog.packs import MOST_PACK, add_pack, change_pack
from inventory.operations.purchasing.end import cancel_purchase
from inventory.operations.stock.allocate import allocate_stock
from inventory.operations.stock.deallocate import deallocate_stock
from tests.builders.inventory import sku, stock
from tests.builders.purchasing import agreement, draft
from tests.races import overtaken


def packed(code: str = "MUG") -> tuple[Pack, Pack, Pack]:
    """An inner of 6, a case of 4 inners, a pallet of 20 cases."""
    item = sku(code)
    return (
        add_pack(item.pk, {"name": "inner", "count": 6, "weight_grams": 1900}),
        add_pack(item.pk, {"name": "case", "count": 4, "inside": "inner", "length_mm": 400}),
        add_pack(item.pk, {"name": "pallet", "count": 20, "inside": "Case"}),
    )


def units(code: str = "MUG") -> dict[str, int]:
    return dict(sku(code).packs.values_list("name", "units"))


@pytest.mark.django_db
def test_each_step_is_exact_and_goes_through_all_packs():
    inner, case, _ = packed()
    assert units() == {"inner": 6, "case": 24, "pallet": 480}
    change_pack(inner.pk, {"count": 8})
    assert units() == {"inner": 8, "case": 32, "pallet": 640}
    change_pack(case.pk, {"inside": "", "count": 10})
    assert units() == {"inner": 8, "case": 10, "pallet": 200}
    change_pack(case.pk, {"width_mm": 300, "weight_grams": None})
    case.refresh_from_db()
    assert (case.size_shown, str(case)) == ("400 × 300 × ? mm", "case of 10")
    assert not [found for _, found in check_books() if found]


@pytest.mark.django_db
def test_no_pack_holds_itself():
    inner, case, pallet = packed()
    for pack, inside in ((inner, "inner"), (inner, "pallet"), (case, "pallet"), (inner, "case")):
        with pytest.raises(BadValue) as refusal:
            change_pack(pack.pk, {"inside": inside})
        assert refusal.value.facts["field"] == "inside"
    with pytest.raises(IntegrityError), transaction.atomic():
        Pack.objects.filter(pk=pallet.pk).update(inside=pallet.pk)
    assert units() == {"inner": 6, "case": 24, "pallet": 480}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"count": 2}, "name"),
        ({"name": "box"}, "count"),
        ({"name": "box", "count": 0}, "count"),
        ({"name": "box", "count": 1.5}, "count"),
        ({"name": "Each", "count": 2}, "name"),
        ({"name": "CASE", "count": 2}, "name"),
        ({"name": "box", "count": 2, "inside": "crate"}, "inside"),
        ({"name": "box", "count": MOST_PACK, "inside": "inner"}, "count"),
        ({"name": "box", "count": 2, "weight_grams": 0}, "weight_grams"),
        ({"name": "box", "count": 2, "units": 3}, "units"),
        ({"name": "a\nb", "count": 2}, "name"),
    ],
)
def test_bad_packs_are_refused_by_field(given, field):
    packed()
    with pytest.raises(BadValue) as refusal:
        add_pack(sku("MUG").pk, given)
    assert refusal.value.facts["field"] == field
    assert len(units()) == 3


@pytest.mark.django_db
def test_packs_that_would_hold_too_much_are_refused_with_the_one_inside():
    inner, *_ = packed()
    with pytest.raises(BadValue):
        change_pack(inner.pk, {"count": MOST_PACK // 20})
    assert units()["inner"] == 6


@pytest.mark.django_db
def test_promised_units_keep_their_packs():
    inner, case, _ = packed()
    level = stock("MUG", on_hand=30)
    allocate_stock("test", 1, {level.sku_id: 6}, warehouse_ids=[level.warehouse_id])
    for changes, field in (({"count": 8}, "count"), ({"inside": "", "count": 5}, "inside")):
        with pytest.raises(PackInUse) as refusal:
            change_pack(case.pk, changes)
        assert refusal.value.facts["field"] == field
        assert "6 units of it are allocated" in str(refusal.value)
    change_pack(case.pk, {"weight_grams": 9000, "name": "carton"})  # not how many it holds
    change_pack(inner.pk, {"count": 6})
    deallocate_stock("test", [1], reason="over")
    change_pack(inner.pk, {"count": 8})
    assert units() == {"inner": 8, "carton": 32, "pallet": 640}


@pytest.mark.django_db
def test_what_is_ordered_in_packs_keeps_them():
    inner, *_ = packed()
    agreement("MUG", pack_units=24)
    order = draft(MUG=48)
    with pytest.raises(PackInUse) as refusal:
        change_pack(inner.pk, {"count": 8})  # the case would be another
    assert refusal.value.facts["field"] == "count"
    assert order.number in str(refusal.value)
    cancel_purchase(order.pk, reason="none")
    change_pack(inner.pk, {"count": 8})


@pytest.mark.django_db(transaction=True)
def test_a_pack_is_not_changed_under_an_order_that_is_being_written():
    inner, *_ = packed()
    agreement("MUG", pack_units=24)
    refusal = overtaken(lambda: draft(MUG=48), lambda: change_pack(inner.pk, {"count": 8}))
    assert isinstance(refusal, PackInUse)
    assert units()["case"] == 24


@pytest.mark.django_db
def test_a_pack_is_left_once_nothing_means_it():
    inner, case, pallet = packed()
    code = add_barcode(sku("MUG").pk, text="50", pack="pallet")
    for pack in (inner, case, pallet):
        with pytest.raises(PackInUse) as refusal:
            change_pack(pack.pk, {"active": False})
        assert refusal.value.facts["field"] == "active"
    remove_barcode(code.pk)
    change_pack(pallet.pk, {"active": False})
    with pytest.raises(BadValue):
        add_barcode(sku("MUG").pk, text="50", pack="pallet")
    assert change_pack(pallet.pk, {"active": True}).active


@pytest.mark.django_db
def test_packs_belong_to_skus_that_are_in_use():
    with pytest.raises(NotThere):
        change_pack(0, {"count": 2})
    archive_sku(sku("MUG").pk)
    with pytest.raises(SkuArchived):
        add_pack(sku("MUG").pk, {"name": "case", "count": 2})
