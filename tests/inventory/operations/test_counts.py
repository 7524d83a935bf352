"""Counts: blind, counted again when different, posted as a change, above a limit by two people."""

from concurrent.futures import ThreadPoolExecutor, wait
from contextvars import copy_context
from datetime import timedelta

import pytest
from django.db import transaction

from core import clock
from core.actor import acting, person
from core.approvals import decide_approval
from core.books import check_books
from core.errors import BadValue, NotPermitted, NotThere, Refused, SecondPersonNeeded
from core.ids import new_public_id
from core.models import Approval, EventRecord
from core.roles import Role
from inventory.errors import (
    AlreadyCounting,
    CountMoveNotAllowed,
    CountOvertaken,
    NotAllCounted,
    NotOnCount,
    ReferenceUsed,
)
from inventory.models import Bin, CountEntry, StockCount, StockLevel, StockMovement, WarehouseAccess
from inventory.operations.stock.adjust import adjust_stock
from inventory.operations.stock.counts import (
    cancel_count,
    count_units,
    recount,
    start_count,
    submit_count,
)
from inventory.states import CountStatus
from tests.builders.inventory import sku, stock, warehouse
from tests.builders.people import someone
from tests.races import at_once

pytestmark = pytest.mark.django_db


def started(*codes: str, **options) -> StockCount:
    codes = codes or ("MUG",)
    for code in codes:
        if not StockLevel.objects.filter(sku__code=code).exists():
            stock(code, on_hand=10)
    return start_count(warehouse("LON").pk, sku_ids=[sku(code).pk for code in codes], **options)


def counted(count: StockCount, *, extra: bool = False, **units: int) -> StockCount:
    return count_units(
        count.pk, {sku(code).pk: number for code, number in units.items()},
        key=new_public_id(), extra=extra,
    )  # fmt: skip


def twice(count: StockCount, **units: int) -> StockCount:
    """Counted, submitted, counted again with the same; ready to be submitted for good."""
    counted(count, **units)
    submit_count(count.pk)
    return counted(count, **units)


def on_hand(code: str = "MUG") -> int:
    return StockLevel.objects.get(sku__code=code, warehouse__code="LON").on_hand


def books_hold() -> bool:
    return [str(wrong) for _, found in check_books() for wrong in found] == []


def test_what_is_right_is_posted_at_once():
    count = counted(started("MUG", "CUP"), MUG=10, CUP=10)
    done = submit_count(count.pk)
    assert done.status == CountStatus.POSTED
    assert not StockMovement.objects.filter(source_kind="stock_count").exists()
    told = EventRecord.objects.get(name="count.posted").payload
    assert (told["lines"], told["wrong"]) == (2, 0)


def test_what_differs_is_counted_again_then_booked():
    count = counted(started("MUG", "CUP"), MUG=8, CUP=10)
    assert submit_count(count.pk).status == CountStatus.RECOUNT
    assert on_hand() == 10
    with pytest.raises(NotAllCounted):
        submit_count(count.pk)
    counted(count, MUG=9)
    assert submit_count(count.pk).status == CountStatus.POSTED
    assert (on_hand(), on_hand("CUP")) == (9, 10)
    booked = StockMovement.objects.get(source_kind="stock_count", source_id=count.pk)
    assert (booked.units, booked.reason, booked.note) == (-1, "count", count.number)
    assert list(CountEntry.objects.order_by("id").values_list("counted", flat=True)) == [8, 10, 9]
    assert books_hold()


def test_what_moves_after_it_was_counted_stays():
    count = twice(started(), MUG=8)
    adjust_stock(sku("MUG").pk, warehouse("LON").pk, units=-3, reason="sample")
    submit_count(count.pk)
    assert on_hand() == 5  # 10 - 2 that were missing - 3 that were given away
    assert count.lines.get().moved == -3


def test_more_has_left_than_there_was():
    count = twice(started(), MUG=2)
    adjust_stock(sku("MUG").pk, warehouse("LON").pk, units=-5, reason="sample")
    with pytest.raises(CountOvertaken, match="5 units have left since 2 were counted"):
        submit_count(count.pk)
    counted(count, MUG=3)
    submit_count(count.pk)
    assert on_hand() == 3


def test_it_is_counted_once_however_often_it_is_sent():
    count = started()
    for _ in range(2):
        count_units(count.pk, {sku("MUG").pk: 8}, key="scan 1")
    line = count.lines.get()
    assert (line.tries, CountEntry.objects.count()) == (1, 1)
    with pytest.raises(ReferenceUsed):
        count_units(count.pk, {sku("MUG").pk: 9}, key="scan 1")


@pytest.mark.django_db(transaction=True)
def test_no_difference_is_booked_twice():
    count = twice(started(), MUG=8)
    refusals = at_once(3, lambda: submit_count(count.pk))
    assert [type(refusal) for refusal in refusals] == [CountMoveNotAllowed] * 2
    assert on_hand() == 8


@pytest.mark.django_db(transaction=True)
def test_what_is_being_called_off_is_not_posted():
    count = started()
    stock("MUG", on_hand=40)
    with acting(person(someone(Role.PICKER))):
        submit_count(twice(count, MUG=20).pk)
    approval, manager = Approval.objects.get(), person(someone(Role.MANAGER))

    def agree() -> list[Refused]:
        with acting(manager):
            return at_once(1, lambda: decide_approval(approval.pk, approve=True))

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            cancel_count(count.pk, reason="rain")
            agreed = pool.submit(copy_context().run, agree)
            wait([agreed], timeout=0.5)  # it waits for the count; without that it would post it
        refusals = agreed.result()
    assert [type(refusal) for refusal in refusals] == [CountMoveNotAllowed]
    assert (StockCount.objects.get().status, on_hand()) == (CountStatus.CANCELLED, 40)


@pytest.mark.django_db(transaction=True)
def test_a_sku_is_on_one_count_at_a_time_whoever_starts_first():
    stock("MUG", on_hand=10)
    refusals = at_once(3, started)
    assert len(refusals) == 2
    assert StockCount.objects.count() == 1
    with pytest.raises(AlreadyCounting, match="MUG is on another count"):
        started("CUP", "MUG")
    cancel_count(StockCount.objects.get().pk, reason="not today")
    assert started().status == CountStatus.OPEN


def test_bins_bring_what_lies_in_them():
    shelf = Bin.objects.create(warehouse=warehouse("LON"), code="A1", position=1)
    for code in ("MUG", "CUP", "JUG"):
        stock(code, on_hand=3)
    StockLevel.objects.filter(sku__code__in=["MUG", "CUP"]).update(bin=shelf)
    count = start_count(warehouse("LON").pk, bin_ids=[shelf.pk])
    codes = set(count.lines.values_list("level__sku__code", flat=True))
    assert codes == {"MUG", "CUP"}
    with pytest.raises(NotOnCount):
        counted(count, JUG=3)
    counted(count, JUG=3, extra=True)
    assert count.lines.count() == 3
    elsewhere = Bin.objects.create(warehouse=warehouse("BER"), code="A1", position=1)
    with pytest.raises(NotThere):
        start_count(warehouse("LON").pk, bin_ids=[elsewhere.pk])


def test_what_is_left_out_stays_as_it_is():
    count = counted(started("MUG", "CUP"), MUG=10)
    with pytest.raises(NotAllCounted):
        submit_count(count.pk)
    assert submit_count(count.pk, leave_rest=True).status == CountStatus.POSTED
    assert started("CUP").status == CountStatus.OPEN
    with pytest.raises(NotAllCounted):  # all of it left out is no count
        submit_count(StockCount.objects.latest("id").pk, leave_rest=True)


@pytest.mark.parametrize("units", [-1, 10**9 + 1])
def test_no_number_of_units(units):
    with pytest.raises(BadValue, match="whole number"):
        counted(started(), MUG=units)


def test_nothing_to_count_and_no_reason_to_stop():
    with pytest.raises(BadValue, match="Name SKUs"):
        start_count(warehouse("LON").pk)
    count = started()
    with pytest.raises(BadValue, match="why"):
        cancel_count(count.pk, reason=" ")
    cancel_count(count.pk, reason="rain")
    for act in (lambda: counted(count, MUG=1), lambda: submit_count(count.pk)):
        with pytest.raises(CountMoveNotAllowed):
            act()


def test_above_the_limit_a_second_person_agrees():
    picker, other, manager = (someone(role) for role in (Role.PICKER, Role.MANAGER, Role.MANAGER))
    count = started("MUG")  # a MUG costs 4: 50 is 12 of them
    stock("MUG", on_hand=40)
    with acting(person(other)):
        counted(count, MUG=20)
    with acting(person(picker)):
        submit_count(count.pk)
        counted(count, MUG=20)
    with acting(person(other)):
        count_units(count.pk, {sku("MUG").pk: 20}, key="other")
    with acting(person(picker)):
        assert submit_count(count.pk).status == CountStatus.REVIEW
        with pytest.raises(CountMoveNotAllowed):
            counted(count, MUG=40)
    assert on_hand() == 40
    approval = Approval.objects.get()
    assert approval.facts["fewer"] == 20
    for who, refused in ((picker, NotPermitted), (other, SecondPersonNeeded)):
        with acting(person(who)), pytest.raises(refused):  # who has counted does not agree to it
            decide_approval(approval.pk, approve=True)
    with acting(person(manager)):
        decide_approval(approval.pk, approve=True)
    assert on_hand() == 20
    assert StockCount.objects.get().status == CountStatus.POSTED


def test_what_nobody_agrees_to_is_counted_again():
    count = started()
    stock("MUG", on_hand=40)
    with acting(person(someone(Role.PICKER))):
        twice(count, MUG=20)
        submit_count(count.pk)
    recount(count.pk)
    assert StockCount.objects.get().status == CountStatus.RECOUNT
    recount(count.pk)
    counted(count, MUG=40)
    assert submit_count(count.pk).status == CountStatus.POSTED
    assert on_hand() == 40


def test_within_the_limit_a_picker_posts_alone():
    with acting(person(someone(Role.BUYER))):
        count = started()
    with acting(person(someone(Role.PICKER))):
        assert submit_count(twice(count, MUG=5).pk).status == CountStatus.POSTED
        with pytest.raises(NotPermitted):
            started("CUP")


def test_another_warehouse_is_not_there():
    count = started()
    far = someone(Role.BUYER, all_warehouses=False)
    WarehouseAccess.objects.create(user=far, warehouse=warehouse("BER"))
    with acting(person(far)):
        for act in (lambda: counted(count, MUG=1), lambda: submit_count(count.pk), started):
            with pytest.raises(NotThere):
                act()


def test_each_count_is_of_its_time():
    count = started()
    with clock.pinned(clock.now() - timedelta(hours=1)):
        counted(count, MUG=10)
    assert count.lines.get().counted_at < clock.now() - timedelta(minutes=59)


def test_what_was_first_counted_in_the_second_round_is_counted_again_too():
    count = counted(started(), MUG=8)
    submit_count(count.pk)
    stock("CUP", on_hand=5)
    counted(count, MUG=8)
    counted(count, CUP=4, extra=True)
    assert submit_count(count.pk).status == CountStatus.RECOUNT
    assert (on_hand(), on_hand("CUP")) == (10, 5)
    counted(count, CUP=4)
    assert submit_count(count.pk).status == CountStatus.POSTED
    assert (on_hand(), on_hand("CUP")) == (8, 4)


def test_who_is_asked_may_count():
    picker = someone(Role.PICKER)
    assert started(assigned_to_id=picker.pk).assigned_to == picker
    for who in (someone(Role.AGENT).pk, someone(Role.PICKER, is_active=False).pk, 0):
        with pytest.raises(BadValue, match="may count"):
            started("CUP", assigned_to_id=who)
