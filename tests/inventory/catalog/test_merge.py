"""Merging: everything that belongs to the duplicate goes on under the one that is kept."""

from datetime import timedelta

import pytest
from django.db import Error, transaction
from django.db.models import Sum

from core import clock
from core.actor import acting, person
from core.books import check_books
from core.errors import BadValue, NotPermitted, NotThere
from core.models import EventRecord
from core.roles import Role
from inventory.errors import MergeBlocked, SkuArchived, SkuMerged
from inventory.models import (
    Bin,
    ReplenishmentRule,
    Sku,
    SkuMerge,
    StockLevel,
    StockMovement,
    WarehouseAccess,
)
from inventory.operations.catalog.archive import archive_sku, restore_sku
from inventory.operations.catalog.barcodes import add_barcode
from inventory.operations.catalog.find import scanned, sku_called, units_scanned
from inventory.operations.catalog.listings import find_or_list
from inventory.operations.catalog.merge import merge_sku
from inventory.operations.catalog.packs import add_pack, change_pack
from inventory.operations.catalog.skus import change_sku
from inventory.operations.purchasing.agreements import change_agreement
from inventory.operations.stock.adjust import set_safety_stock
from inventory.operations.stock.allocate import allocate_stock
from inventory.operations.stock.receive import receive_stock
from inventory.operations.stock.restock import move_bucket, restock
from orders.operations.place import place_order
from returns.operations.inspection import InspectionIn, inspect_return
from returns.operations.receive import receive_return
from tests.builders.inventory import channel, listing, sku, stock, warehouse
from tests.builders.orders import order_in, placed_order
from tests.builders.people import someone
from tests.builders.purchasing import agreement, arrive, draft, sent
from tests.builders.returns import requested, shipped_order
from tests.races import at_once, overtaken

EAN, UPC = "4006381333931", "036000291452"


def merge(code: str = "OLD", into: str = "MUG") -> SkuMerge:
    return merge_sku(sku(code).pk, sku(into).pk, reason="the same thing")


def blocked(code: str = "OLD", into: str = "MUG") -> list[str]:
    with pytest.raises(MergeBlocked) as refusal:
        merge(code, into)
    assert refusal.value.facts["field"] == "into"
    assert not SkuMerge.objects.exists()
    assert Sku.objects.get(code=code).active
    return refusal.value.facts["in_the_way"]


def counters(code: str, at: str = "LON") -> tuple[int, int, int]:
    level = StockLevel.objects.get(sku__code=code, warehouse__code=at)
    return level.on_hand, level.damaged, level.quarantine


def wrong() -> list:
    return [found for _, found in check_books() if found]


@pytest.mark.django_db
def test_stock_moves_by_movements_and_what_has_happened_stays():
    stock("MUG", on_hand=5)
    level = stock("OLD", on_hand=10)
    stock("OLD", on_hand=2, at="BER")
    level.bin = Bin.objects.create(warehouse=level.warehouse, code="A1")
    level.save()
    where = (level.sku_id, level.warehouse_id)
    move_bucket(*where, 3, source="on_hand", target="damaged", reason="x", key="1")
    move_bucket(*where, 1, source="on_hand", target="quarantine", reason="x", key="2")
    set_safety_stock(*where, units=4)
    before = list(StockMovement.objects.order_by("id").values())

    made = merge()

    assert counters("OLD") == counters("OLD", "BER") == (0, 0, 0)
    assert counters("MUG") == (11, 3, 1)
    assert counters("MUG", "BER") == (2, 0, 0)
    assert list(StockMovement.objects.order_by("id").values())[: len(before)] == before
    moved = StockMovement.objects.filter(kind="merge", source_kind="sku_merge", source_id=made.pk)
    assert moved.count() == 8
    assert moved.aggregate(units=Sum("units"))["units"] == 0
    assert StockLevel.objects.get(sku=made.kept, warehouse__code="BER").bin is None
    assert StockLevel.objects.get(sku=made.kept, warehouse__code="LON").bin.code == "A1"
    assert StockLevel.objects.get(pk=level.pk).safety_stock == 0
    assert made.moved["stock"] == {
        "LON": {"on_hand": 6, "quarantine": 1, "damaged": 3}, "BER": {"on_hand": 2},
    }  # fmt: skip
    assert made.units_moved == 12
    assert not wrong()


@pytest.mark.django_db
def test_names_move_and_lead_to_the_kept_one():
    mug, old = sku("MUG"), sku("OLD", barcode=EAN)
    add_pack(mug.pk, {"name": "Case", "count": 12})
    inner = add_pack(old.pk, {"name": "inner", "count": 6})
    add_pack(old.pk, {"name": "case", "count": 2, "inside": "inner"})
    pallet = add_pack(old.pk, {"name": "pallet", "count": 10, "inside": "case"})
    add_barcode(old.pk, text="50", pack="case")
    add_barcode(old.pk, text="51", pack="pallet")
    sold, price = listing("OLD"), agreement("OLD")
    ReplenishmentRule.objects.create(sku=old, pack_units=6)

    made = merge()

    for code in ("OLD", EAN):
        assert sku_called(code) == mug
    assert (scanned("50").sku, scanned("50").units) == (mug, 12)
    assert scanned("51").units == 120
    assert units_scanned("old", [mug]) == {mug.pk: 1}
    assert set(mug.packs.values_list("name", flat=True)) == {"Case", "inner", "pallet"}
    pallet.refresh_from_db()
    assert (pallet.inside.sku, pallet.inside.name) == (mug, "Case")
    inner.refresh_from_db()
    assert inner.sku == mug
    for row in (sold, price):
        row.refresh_from_db()
        assert row.sku == mug
    assert ReplenishmentRule.objects.get().sku == mug
    mug.refresh_from_db()
    old.refresh_from_db()
    assert (mug.barcode, old.barcode, old.active, old.merged_into) == (EAN, None, False, mug)
    told = {name: made.moved[name] for name in ("barcodes", "listings", "vendors")}
    assert told == {
        "barcodes": [EAN, "50", "51"], "listings": ["OLD on web"], "vendors": ["Acme Ltd"],
    }  # fmt: skip
    assert EventRecord.objects.filter(name="sku.merged").count() == 1
    assert find_or_list(channel("web").pk, "MUG").sku == mug
    assert not wrong()


@pytest.mark.django_db
def test_orders_by_the_old_code_take_the_kept_one():
    stock("MUG", on_hand=5)
    sku("OLD")
    merge()
    order = place_order(channel("web").pk, order_in(OLD=2))
    assert order.lines.get().sku.code == "MUG"
    assert StockLevel.objects.get(sku__code="MUG").allocated == 2


@pytest.mark.django_db
def test_who_was_merged_twice_leads_to_the_last():
    for code in ("A", "B", "C"):
        sku(code)
    merge("A", "B")
    merge("B", "C")
    assert sku_called("A") == sku_called("B") == sku("C")
    assert SkuMerge.objects.get(merged__code="A").kept.code == "B"  # the log stays
    assert not wrong()


@pytest.mark.django_db
def test_units_of_old_orders_come_back_as_the_kept_one_both_at_once():
    stock("MUG", on_hand=1)
    old, mug, place = sku("OLD"), sku("MUG"), warehouse("LON")
    merge()
    for item in (old, mug):
        restock(item.pk, place.pk, 2, to="on_hand", source_kind="rma", source_id=9, key="rma 9")
        restock(item.pk, place.pk, 2, to="on_hand", source_kind="rma", source_id=9, key="rma 9")
    assert counters("MUG") == (5, 0, 0)


@pytest.mark.django_db
def test_what_is_open_is_in_the_way():
    order = placed_order(OLD=2)
    bought = draft(OLD=5)
    assert blocked() == [
        "2 allocated in LON",
        f"open on order {bought.number}",
        f"wanted by order {order.number}",
    ]


@pytest.mark.django_db
def test_what_is_on_its_way_is_in_the_way_and_costs_stay_proved():
    order = sent(OLD=5)
    assert blocked()[0] == "5 incoming in LON"
    arrive(order, OLD=5)
    merge()
    assert counters("MUG") == (5, 0, 0)
    assert not wrong()


@pytest.mark.django_db
def test_packs_that_differ_are_in_the_way():
    there, here = sku("MUG"), sku("OLD")
    mine = add_pack(there.pk, {"name": "case", "count": 10})
    theirs = add_pack(here.pk, {"name": "Case", "count": 12})
    assert blocked() == ["a Case is 12 units here and 10 there; rename one"]
    change_pack(theirs.pk, {"count": 10})
    change_pack(mine.pk, {"active": False})
    assert "not used any more there" in blocked()[0]
    change_pack(mine.pk, {"active": True})
    merge()


@pytest.mark.django_db
def test_prices_of_one_vendor_for_both_are_in_the_way_until_one_ends():
    with clock.pinned(clock.now() - timedelta(days=20)):
        price = agreement("OLD")
    agreement("MUG")
    assert blocked() == ["Acme Ltd has a price for both; end one of them"]
    change_agreement(price.pk, {"valid_to": clock.today() - timedelta(days=1)})
    merge()
    price.refresh_from_db()
    assert price.sku.code == "MUG"  # over before the other began


@pytest.mark.django_db
def test_bad_merges_are_refused_by_field():
    mug, old = sku("MUG"), sku("OLD")
    for into, reason, field in ((old.pk, "x", "into"), (mug.pk, " ", "reason")):
        with pytest.raises(BadValue) as refusal:
            merge_sku(old.pk, into, reason=reason)
        assert refusal.value.facts["field"] == field
    for pair in ((0, mug.pk), (old.pk, 0)):
        with pytest.raises(NotThere):
            merge_sku(*pair, reason="x")
    archive_sku(mug.pk)
    with pytest.raises(SkuArchived):
        merge()
    restore_sku(mug.pk)
    archive_sku(old.pk)
    merge()  # what is archived can still be a duplicate
    for act in (
        merge,
        lambda: merge("MUG", "OLD"),
        lambda: restore_sku(old.pk),
        lambda: change_sku(old.pk, {"title": "x"}),
        lambda: change_sku(old.pk, {"active": True}),
        lambda: add_barcode(old.pk, text="1"),
        lambda: receive_stock(
            warehouse("LON").pk, {old.pk: 1}, source_kind="t", source_id=1, key="k"
        ),
    ):
        with pytest.raises(SkuMerged):
            act()


@pytest.mark.django_db
def test_managers_merge_within_their_reach():
    stock("OLD", on_hand=1)
    stock("MUG", on_hand=1, at="BER")
    with acting(person(someone(Role.BUYER))), pytest.raises(NotPermitted):
        merge()
    far = someone(Role.MANAGER, all_warehouses=False)
    WarehouseAccess.objects.create(user=far, warehouse=warehouse("BER"))
    with acting(person(far)), pytest.raises(NotThere):
        merge()
    assert counters("OLD") == (1, 0, 0)
    listing("OLD")
    with acting(person(someone(Role.MANAGER, all_channels=False))), pytest.raises(NotThere):
        merge()
    with acting(person(someone(Role.MANAGER))):
        merge()


@pytest.mark.django_db
def test_the_log_is_never_changed():
    sku("MUG"), sku("OLD")
    made = merge()
    for act in (
        lambda: SkuMerge.objects.filter(pk=made.pk).update(reason="x"),
        lambda: SkuMerge.objects.filter(pk=made.pk).delete(),
    ):
        with pytest.raises(Error), transaction.atomic():
            act()


@pytest.mark.django_db(transaction=True)
def test_of_two_that_merge_each_other_s_way_one_does():
    stock("A", on_hand=3), stock("B", on_hand=4)
    pairs = [("A", "B"), ("B", "A")]
    refused = at_once(2, lambda: merge(*pairs.pop()))
    assert [type(refusal) for refusal in refused] == [SkuMerged]
    kept = SkuMerge.objects.get().kept
    assert StockLevel.objects.get(sku=kept).on_hand == 7
    assert not wrong()


@pytest.mark.django_db(transaction=True)
def test_what_comes_in_meanwhile_is_moved_too():
    old, place = sku("OLD"), warehouse("LON")
    sku("MUG")
    took = overtaken(
        lambda: receive_stock(place.pk, {old.pk: 4}, source_kind="test", source_id=1, key="k"),
        merge,
    )
    assert took is None
    assert counters("MUG") == (4, 0, 0)


@pytest.mark.django_db(transaction=True)
def test_nobody_takes_in_what_is_being_merged():
    old, place = sku("OLD"), warehouse("LON")
    sku("MUG")
    refusal = overtaken(
        merge,
        lambda: receive_stock(place.pk, {old.pk: 4}, source_kind="test", source_id=1, key="k"),
    )
    assert isinstance(refusal, SkuMerged)
    assert not StockLevel.objects.filter(on_hand__gt=0).exists()


@pytest.mark.django_db
def test_a_return_that_was_open_comes_in_as_the_kept_one():
    stock("MUG", on_hand=1)
    rma = requested(shipped_order(("OLD", 2, "10.00")), 2)
    receive_return(rma.pk)
    merge()
    there = counters("MUG")[0]
    back = rma.lines.get()
    graded = InspectionIn(line_id=back.pk, units=2, grade="A", disposition="restock")
    inspect_return(rma.pk, results=[graded])
    assert counters("MUG")[0] == there + 2
    assert not wrong_of_stock()


def wrong_of_stock() -> list:
    """Without what an order of the past leaves open: its shipment was never booked."""
    return [found for name, found in check_books() if found and name.startswith("returns")]


@pytest.mark.django_db(transaction=True)
def test_what_is_being_promised_is_not_merged():
    level = stock("OLD", on_hand=3)
    sku("MUG")
    refusal = overtaken(
        lambda: allocate_stock("test", 1, {level.sku_id: 2}, warehouse_ids=[level.warehouse_id]),
        merge,
    )
    assert isinstance(refusal, MergeBlocked)
    assert refusal.facts["in_the_way"] == ["2 allocated in LON"]
    assert counters("OLD") == (3, 0, 0)
