from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from core import clock
from core.actor import Actor, acting, person
from core.approvals import decide_approval
from core.errors import BadValue, NotPermitted, NotThere
from core.models import EventRecord
from core.roles import Role
from inventory.errors import AboveStockLimit, NotThatMuch, StockMoved, UnusuallyMany
from inventory.models import StockLevel, StockMovement
from inventory.operations.stock.adjust import adjust_stock, set_safety_stock, set_stock
from inventory.operations.stock.allocate import allocate_lines
from inventory.operations.stock.receive import receive_stock
from inventory.operations.stock.restock import move_bucket, restock
from inventory.operations.stock.take_back import take_back_receipt
from tests.builders.inventory import sku, stock, warehouse
from tests.builders.people import someone
from tests.inventory.test_books import mismatches
from tests.races import at_once


def receive(units, key="r1", **fields):
    return receive_stock(
        warehouse("LON").pk, units, source_kind="receipt", source_id=1, key=key, **fields
    )


@pytest.mark.django_db
def test_received_units_are_for_sale_and_in_the_ledger():
    mug, cup = sku("MUG"), sku("CUP")

    assert receive({mug.pk: 5, cup.pk: 2}) == {mug.pk: 5, cup.pk: 2}

    assert StockLevel.objects.get(sku=mug).on_hand == 5
    assert StockMovement.objects.get(level__sku=cup).units == 2
    assert EventRecord.objects.get(name="stock.changed").payload["sku_ids"] == [mug.pk, cup.pk]


@pytest.mark.django_db
def test_the_same_receipt_twice_changes_nothing():
    mug = sku("MUG")
    receive({mug.pk: 5})
    assert receive({mug.pk: 5}) == {}
    assert StockLevel.objects.get().on_hand == 5


@pytest.mark.django_db(transaction=True)
def test_one_receipt_scanned_by_eight_people_at_once_is_booked_once():
    mug, place = sku("MUG"), warehouse("LON")
    assert at_once(8, lambda: receive({mug.pk: 5})) == []
    assert StockLevel.objects.get(warehouse=place).on_hand == 5


@pytest.mark.django_db
def test_an_unknown_sku_or_warehouse_is_not_there():
    with pytest.raises(NotThere):
        receive({999_999: 1})
    with pytest.raises(NotThere):
        receive_stock(999_999, {sku("MUG").pk: 1}, source_kind="x", source_id=1, key="x")


@pytest.mark.django_db
def test_a_picker_of_another_warehouse_receives_nothing():
    mug, place = sku("MUG"), warehouse("LON")
    may = frozenset({"inventory.receive_stock"})
    elsewhere = Actor(name="person:1", permissions=may, reach={"warehouse_id": {place.pk + 1}})
    with acting(elsewhere), pytest.raises(NotThere):
        receive({mug.pk: 1})
    with acting(Actor(name="person:1")), pytest.raises(NotPermitted):
        receive({mug.pk: 1})


@pytest.mark.django_db
def test_an_adjustment_needs_a_reason_and_what_is_promised_stays():
    level = stock("MUG", on_hand=10)
    allocate_lines([(1, level.sku_id, 8)], warehouse_ids=[level.warehouse_id])

    with pytest.raises(BadValue, match="reason"):
        adjust_stock(level.sku_id, level.warehouse_id, units=1, reason="because")
    with pytest.raises(NotThatMuch, match="2 are free there"):
        adjust_stock(level.sku_id, level.warehouse_id, units=-3, reason="shrinkage")
    assert (
        adjust_stock(level.sku_id, level.warehouse_id, units=-2, reason="shrinkage").level.on_hand
        == 8
    )


@pytest.mark.django_db
def test_damaged_units_lie_beside_the_sellable_ones():
    level = stock("MUG", on_hand=10)

    level = adjust_stock(
        level.sku_id, level.warehouse_id, units=-4, reason="damage", note="fell"
    ).level

    assert (level.on_hand, level.damaged) == (6, 4)
    booked = StockMovement.objects.filter(note="fell").values_list("counter", "units")
    assert set(booked) == {("on_hand", -4), ("damaged", 4)}


@pytest.mark.django_db
def test_an_adjustment_with_a_key_is_made_once():
    level = stock("MUG", on_hand=10)
    for _ in range(2):
        level = adjust_stock(
            level.sku_id, level.warehouse_id, units=5, reason="found", expected=10, key="a1"
        ).level
    assert level.on_hand == 15


@pytest.mark.django_db
def test_set_to_is_compare_and_set():
    level = stock("MUG", on_hand=10)

    with pytest.raises(StockMoved, match="has 10 on hand, not 9"):
        set_stock(level.sku_id, level.warehouse_id, units=7, expected=9)
    assert set_stock(level.sku_id, level.warehouse_id, units=7, expected=10).level.on_hand == 7
    assert StockMovement.objects.latest("id").units == -3


@pytest.mark.django_db(transaction=True)
def test_of_eight_counters_who_saw_ten_one_is_right():
    """Control: without the lock all eight read 10 and take 3 each, until the CHECK stops them."""
    level = stock("MUG", on_hand=10)
    refused = at_once(8, lambda: set_stock(level.sku_id, level.warehouse_id, units=7, expected=10))
    assert [type(refusal) for refusal in refused] == [StockMoved] * 7
    level.refresh_from_db()
    assert level.on_hand == 7


@pytest.mark.django_db
def test_safety_stock_is_kept_from_channels_not_from_orders():
    level = stock("MUG", on_hand=10)
    set_safety_stock(level.sku_id, level.warehouse_id, units=8)
    seen = StockLevel.objects.with_available().get()
    assert (seen.available, seen.to_publish) == (10, 2)


@pytest.mark.django_db
def test_what_comes_back_is_for_sale_or_set_aside():
    mug, place = sku("MUG"), warehouse("LON")
    for number, bucket in enumerate(["on_hand", "quarantine", "damaged", "damaged"]):
        restock(
            mug.pk, place.pk, 2, to=bucket, source_kind="rma", source_id=1, key=f"unit {number}"
        )
    assert not restock(
        mug.pk, place.pk, 2, to="damaged", source_kind="rma", source_id=1, key="unit 3"
    )
    level = StockLevel.objects.get()
    assert (level.on_hand, level.quarantine, level.damaged) == (2, 2, 4)
    with pytest.raises(BadValue):
        restock(mug.pk, place.pk, 2, to="moon", source_kind="rma", source_id=1, key="u")


@pytest.mark.django_db
def test_units_move_between_buckets_or_are_scrapped():
    level = stock("MUG", on_hand=10)
    where = (level.sku_id, level.warehouse_id)
    move_bucket(*where, 4, source="on_hand", target="quarantine", reason="recall", key="m1")
    move_bucket(*where, 4, source="on_hand", target="quarantine", reason="recall", key="m1")
    level = move_bucket(*where, 1, source="quarantine", target=None, reason="broken", key="m2")
    assert (level.on_hand, level.quarantine, level.damaged) == (6, 3, 0)
    with pytest.raises(NotThatMuch):
        move_bucket(*where, 9, source="quarantine", target="on_hand", reason="ok", key="m3")


@pytest.mark.django_db
def test_units_on_display_are_there_and_not_for_sale():
    level = stock("MUG", on_hand=10)
    where = (level.sku_id, level.warehouse_id)
    level = move_bucket(*where, 3, source="on_hand", target="display", reason="window", key="d")
    assert (level.on_hand, level.display, level.there) == (7, 3, 10)
    assert StockLevel.objects.set_aside().total_available() == 7
    with pytest.raises(NotThatMuch):
        move_bucket(*where, 4, source="display", target="on_hand", reason="back", key="e")
    with pytest.raises(IntegrityError), transaction.atomic():
        StockLevel.objects.update(display=-1)
    assert not mismatches()
    StockLevel.objects.update(display=2)
    assert [one.facts["counter"] for found in mismatches() for one in found] == ["display"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("reason", "units"),
    [("found", -2), ("opening", -1), ("shrinkage", 2), ("damage", 2), ("sample", 1),
     ("write_off", 1)],
)  # fmt: skip
def test_a_reason_goes_one_way(reason, units):
    level = stock("MUG", on_hand=10)

    with pytest.raises(BadValue, match=r"adds units|takes units away"):
        adjust_stock(level.sku_id, level.warehouse_id, units=units, reason=reason)

    for counted in (2, -2):
        adjust_stock(level.sku_id, level.warehouse_id, units=counted, reason="count")


@pytest.mark.django_db
def test_unusually_many_are_booked_only_by_who_is_sure():
    level = stock("MUG", on_hand=200)
    where = (level.sku_id, level.warehouse_id)

    with pytest.raises(UnusuallyMany, match="2001 more of MUG in LON, where 200 are on hand"):
        adjust_stock(*where, units=2_001, reason="found")
    with pytest.raises(UnusuallyMany):
        set_stock(*where, units=999_999_999, expected=200)
    assert adjust_stock(*where, units=2_000, reason="found").level.on_hand == 2_200
    assert adjust_stock(*where, units=50_000, reason="found", sure=True).level.on_hand == 52_200


@pytest.mark.django_db
def test_a_wrong_receipt_is_taken_back_once():
    mug = sku("MUG")
    receive({mug.pk: 5}, reason="DN-1")
    place = warehouse("LON")

    for _ in range(2):
        assert take_back_receipt(place.pk, sku_id=mug.pk, key="r1").on_hand == 0

    assert list(StockMovement.objects.order_by("id").values_list("kind", "units", "reason")) == [
        ("receive", 5, "DN-1"), ("correct", -5, "DN-1"),
    ]  # fmt: skip
    with pytest.raises(NotThere):
        take_back_receipt(place.pk, sku_id=mug.pk, key="another")


@pytest.mark.django_db
def test_what_is_promised_already_is_not_taken_back():
    mug = sku("MUG")
    receive({mug.pk: 5})
    place = warehouse("LON")
    allocate_lines([(1, mug.pk, 3)], warehouse_ids=[place.pk])

    with pytest.raises(NotThatMuch, match="2 are free there"):
        take_back_receipt(place.pk, sku_id=mug.pk, key="r1")


@pytest.mark.django_db(transaction=True)
def test_a_receipt_taken_back_by_eight_people_at_once_goes_once():
    mug = sku("MUG")
    receive({mug.pk: 5})
    receive({mug.pk: 20}, key="r2")
    place = warehouse("LON")

    assert at_once(8, lambda: take_back_receipt(place.pk, sku_id=mug.pk, key="r1")) == []
    assert StockLevel.objects.get(sku=mug).on_hand == 20


@pytest.mark.django_db
def test_above_the_limit_a_second_person_corrects_it():
    level = stock("MUG", on_hand=100)  # at 4 each, a picker's 50 is 12 of them
    there = (level.sku_id, level.warehouse_id)
    picker, manager = someone(Role.PICKER), someone(Role.MANAGER)
    with acting(person(picker)):
        assert adjust_stock(*there, units=-12, reason="shrinkage").level.on_hand == 88
        outcome = adjust_stock(*there, units=-1, reason="shrinkage", note="and one")
        assert adjust_stock(*there, units=-1, reason="shrinkage", note="and one") == outcome
        assert (outcome.level.on_hand, outcome.approval.facts["units"]) == (88, -1)
        counted = set_stock(*there, units=30, expected=88)
        assert (counted.level.on_hand, counted.approval.facts["units"]) == (88, -58)
        with pytest.raises(NotPermitted):
            decide_approval(outcome.approval.pk, approve=True)
    with acting(person(manager)):
        decide_approval(outcome.approval.pk, approve=True)
        decide_approval(counted.approval.pk, approve=True)
    level.refresh_from_db()
    assert level.on_hand == 29
    with acting(person(manager)):  # what was agreed to counts for nobody
        assert adjust_stock(*there, units=-1, reason="sample").approval is None


@pytest.mark.django_db
def test_a_day_later_small_corrections_are_small_again():
    level = stock("MUG", on_hand=100)
    with acting(person(someone(Role.PICKER))):
        with clock.pinned(clock.now() - timedelta(hours=25)):
            adjust_stock(level.sku_id, level.warehouse_id, units=-12, reason="shrinkage")
        outcome = adjust_stock(level.sku_id, level.warehouse_id, units=-12, reason="shrinkage")
    assert outcome.level.on_hand == 76


@pytest.mark.django_db
def test_nobody_scraps_more_than_they_write_off_alone():
    level = stock("MUG", on_hand=100)
    options = {"source": "on_hand", "reason": "mouldy"}
    there = (level.sku_id, level.warehouse_id)
    with acting(person(someone(Role.PICKER))):  # 50 at 4 each
        with pytest.raises(AboveStockLimit, match=r"52\.00"):
            move_bucket(*there, 13, target=None, key="s1", **options)
        move_bucket(*there, 13, target="quarantine", key="s2", **options)
        move_bucket(*there, 12, target=None, key="s3", **options)
    level.refresh_from_db()
    assert (level.on_hand, level.quarantine) == (75, 13)
