import pytest

from inventory.errors import NotPromised
from inventory.models import Allocation, StockMovement
from inventory.operations.stock.allocate import allocate_lines
from inventory.operations.stock.deallocate import deallocate_stock, deallocate_units
from inventory.operations.stock.ship import ship_stock
from tests.builders.inventory import stock, warehouse
from tests.races import at_once


def promised(units: int = 5, *, on_hand: int = 10, line: int = 1):
    level = stock("MUG", on_hand=on_hand)
    allocate_lines([(line, level.sku_id, units)], warehouse_ids=[level.warehouse_id])
    return level


def ship(*lines, key="shipped", **fields):
    return ship_stock(lines, source_kind="fulfillment", source_id=9, key=key, **fields)


@pytest.mark.django_db
def test_on_hand_and_promised_go_down_together():
    level = promised(5)

    assert ship((1, 3)) == {1: 3}

    level.refresh_from_db()
    assert (level.on_hand, level.allocated) == (7, 2)
    assert Allocation.objects.get().units == 2


@pytest.mark.django_db
def test_the_same_shipment_twice_changes_nothing():
    level = promised(5)
    ship((1, 5))

    assert ship((1, 5)) == {}

    level.refresh_from_db()
    assert (level.on_hand, level.allocated) == (5, 0)
    assert not Allocation.objects.exists()


@pytest.mark.django_db
def test_more_than_is_promised_does_not_ship_and_nothing_has_changed():
    level = promised(5)

    with pytest.raises(NotPromised, match="1 are missing"):
        ship((1, 6))

    level.refresh_from_db()
    assert (level.on_hand, level.allocated) == (10, 5)


@pytest.mark.django_db
def test_only_what_is_promised_from_the_given_warehouse_leaves():
    level = promised(5)
    with pytest.raises(NotPromised):
        ship((1, 5), warehouse_id=warehouse("BER").pk)
    assert ship((1, 5), warehouse_id=level.warehouse_id) == {1: 5}


@pytest.mark.django_db
def test_two_lines_of_one_sku_ship_with_one_key():
    level = stock("MUG", on_hand=10)
    allocate_lines([(1, level.sku_id, 2), (2, level.sku_id, 3)], warehouse_ids=[level.warehouse_id])
    assert ship((1, 2), (2, 3)) == {1: 2, 2: 3}
    level.refresh_from_db()
    assert (level.on_hand, level.allocated) == (5, 0)


@pytest.mark.django_db
def test_what_is_given_back_can_be_promised_again():
    level = promised(5)

    assert deallocate_stock("order_line", [1, 2], reason="order cancelled") == {1: 5}
    assert deallocate_stock("order_line", [1, 2], reason="order cancelled") == {}

    level.refresh_from_db()
    assert (level.on_hand, level.allocated) == (10, 0)
    last = StockMovement.objects.latest("id")
    assert (last.counter, last.units, last.reason) == ("allocated", -5, "order cancelled")


@pytest.mark.django_db
def test_a_holder_that_is_named_twice_gives_back_once():
    level = promised(5)
    assert deallocate_stock("order_line", [1, 1], reason="order cancelled") == {1: 5}
    level.refresh_from_db()
    assert level.allocated == 0


@pytest.mark.django_db
def test_some_units_are_given_back_and_never_more_than_are_held():
    level = promised(5)

    deallocate_units("order_line", 1, 2, "short pick")
    with pytest.raises(NotPromised):
        deallocate_units("order_line", 1, 4, "short pick")

    level.refresh_from_db()
    assert level.allocated == 3
    assert Allocation.objects.get().units == 3


@pytest.mark.django_db(transaction=True)
def test_one_shipment_reported_by_eight_workers_at_once_leaves_once():
    """Control: without `lock_held` all eight see the promise and ship it; the CHECK stops them with
    an IntegrityError instead of a quiet repeat."""
    level = promised(5)

    assert at_once(8, lambda: ship((1, 5))) == []

    level.refresh_from_db()
    assert (level.on_hand, level.allocated) == (5, 0)


@pytest.mark.django_db(transaction=True)
def test_a_cancellation_and_a_shipment_at_once_never_take_the_units_twice():
    level = promised(5)

    def one_or_the_other(turns=[True, False] * 4):
        if turns.pop():
            ship((1, 5))
        else:
            deallocate_stock("order_line", [1], reason="cancelled")

    at_once(8, one_or_the_other)

    level.refresh_from_db()
    assert level.allocated == 0
    assert level.on_hand in (5, 10)
