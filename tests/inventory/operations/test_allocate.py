import pytest

from core.errors import BadValue
from inventory.errors import OutOfStock
from inventory.models import Allocation, StockLevel, StockMovement
from inventory.operations.stock.allocate import allocate_lines, allocate_rest, allocate_stock
from inventory.operations.stock.deallocate import deallocate_stock
from tests.builders.inventory import sku, stock, warehouse
from tests.races import at_once


@pytest.mark.django_db
def test_two_lines_of_one_sku_count_as_their_sum():
    level = stock("MUG", on_hand=5)
    lines = [(1, level.sku_id, 3), (2, level.sku_id, 3)]

    with pytest.raises(OutOfStock) as refusal:
        allocate_lines(lines, warehouse_ids=[level.warehouse_id])

    assert refusal.value.facts["missing"] == {"MUG": 1}
    assert not Allocation.objects.exists()


@pytest.mark.django_db
def test_each_line_holds_its_own_units_and_the_level_their_sum():
    level = stock("MUG", on_hand=6)
    lines = [(1, level.sku_id, 2), (2, level.sku_id, 3)]

    assert allocate_lines(lines, warehouse_ids=[level.warehouse_id]) == level.warehouse_id

    level.refresh_from_db()
    assert (level.on_hand, level.allocated) == (6, 5)
    held = Allocation.objects.values_list("holder_kind", "holder_id", "units")
    assert set(held) == {("order_line", 1, 2), ("order_line", 2, 3)}
    booked = StockMovement.objects.filter(counter="allocated")
    assert sorted(booked.values_list("source_id", "units")) == [(1, 2), (2, 3)]


@pytest.mark.django_db
def test_the_first_warehouse_that_covers_everything_is_taken():
    stock("MUG", on_hand=9, at="LON"), stock("CUP", on_hand=1, at="LON")
    mug, cup = stock("MUG", on_hand=5, at="BER"), stock("CUP", on_hand=5, at="BER")
    places = [warehouse("LON").pk, warehouse("BER").pk]

    taken = allocate_stock("cart", 7, {mug.sku_id: 2, cup.sku_id: 2}, warehouse_ids=places)

    assert taken == {mug.pk: 2, cup.pk: 2}
    assert StockLevel.objects.get(sku=mug.sku, warehouse__code="LON").allocated == 0


@pytest.mark.django_db
def test_a_sku_without_any_level_is_missing_whole():
    place, plate = warehouse("LON"), sku("PLATE")

    with pytest.raises(OutOfStock, match="4 of PLATE missing"):
        allocate_stock("cart", 7, {plate.pk: 4}, warehouse_ids=[place.pk])


@pytest.mark.django_db
def test_without_a_warehouse_nothing_is_promised():
    with pytest.raises(OutOfStock):
        allocate_stock("cart", 7, {sku("MUG").pk: 1}, warehouse_ids=[])


@pytest.mark.django_db
@pytest.mark.parametrize("units", [0, -1, 10**12])
def test_what_is_no_number_of_units_is_refused(units):
    level = stock("MUG", on_hand=5)
    with pytest.raises(BadValue):
        allocate_stock("cart", 7, {level.sku_id: units}, warehouse_ids=[level.warehouse_id])


@pytest.mark.django_db
def test_a_marketplace_order_takes_what_there_is_earlier_lines_first():
    level, cup = stock("MUG", on_hand=5), stock("CUP", on_hand=1)
    lines = [(1, level.sku_id, 3), (2, cup.sku_id, 1), (3, level.sku_id, 4), (4, level.sku_id, 1)]

    served = allocate_rest(lines, warehouse_id=level.warehouse_id)

    assert served == {1: 3, 2: 1, 3: 2}
    level.refresh_from_db()
    assert level.allocated == 5


@pytest.mark.django_db
def test_more_units_for_the_same_holder_are_added():
    level = stock("MUG", on_hand=5)
    for _ in range(2):
        allocate_lines([(1, level.sku_id, 2)], warehouse_ids=[level.warehouse_id])

    assert Allocation.objects.get().units == 4
    assert deallocate_stock("order_line", [1], reason="cancelled") == {1: 4}


@pytest.mark.django_db(transaction=True)
def test_of_eight_orders_for_the_last_three_units_three_get_one():
    """Control: without `FOR NO KEY UPDATE` and the UPDATE's own condition the CHECK is what stops
    the fourth, with an IntegrityError instead of a refusal; without the CHECK too, 8 are promised.
    """
    level = stock("MUG", on_hand=3)

    refused = at_once(
        8, lambda: allocate_stock("cart", 1, {level.sku_id: 1}, warehouse_ids=[level.warehouse_id])
    )

    assert [type(refusal) for refusal in refused] == [OutOfStock] * 5
    level.refresh_from_db()
    assert level.allocated == 3


@pytest.mark.django_db(transaction=True)
def test_orders_that_name_the_same_skus_the_other_way_round_never_deadlock():
    mug, cup = stock("MUG", on_hand=100), stock("CUP", on_hand=100)
    ways = [[(1, mug.sku_id, 1), (1, cup.sku_id, 1)], [(2, cup.sku_id, 1), (2, mug.sku_id, 1)]] * 8

    assert at_once(8, lambda: _next(ways, mug.warehouse_id)) == []

    assert set(StockLevel.objects.values_list("allocated", flat=True)) == {8}


def _next(ways: list, warehouse_id: int) -> None:
    allocate_lines(ways.pop(), warehouse_ids=[warehouse_id])
