"""Stock between warehouses: promised, gone, incoming, there or lost; the books hold throughout."""

from datetime import timedelta

import pytest

from core import clock
from core.actor import acting, person
from core.books import check_books
from core.errors import BadValue, NotPermitted, NotThere
from core.ids import new_public_id
from core.models import EventRecord
from core.roles import Role
from inventory.errors import MoreThanSent, OutOfStock, ReferenceUsed, TransferMoveNotAllowed
from inventory.models import Allocation, StockLevel, Transfer, TransferArrival, WarehouseAccess
from inventory.operations.stock.allocate import allocate_stock
from inventory.operations.stock.transfer import (
    Arrived,
    cancel_transfer,
    close_transfer,
    receive_transfer,
    request_transfer,
    ship_transfer,
)
from tests.builders.inventory import sku, stock, warehouse
from tests.builders.people import someone
from tests.races import at_once

pytestmark = pytest.mark.django_db


def requested(units=6, **options) -> Transfer:
    if not StockLevel.objects.filter(sku__code="MUG", on_hand__gt=0).exists():
        stock("MUG", on_hand=10)
    source, there = warehouse("LON"), warehouse("BER", country="DE")
    return request_transfer(source.pk, there.pk, units={sku("MUG").pk: units}, **options)


def sent(units=6, **options) -> Transfer:
    return ship_transfer(requested(units, **options).pk)


def came(transfer: Transfer, units: int, damaged: int = 0, *, key: str = "k1") -> Transfer:
    line = transfer.lines.get()
    return receive_transfer(transfer.pk, {line.pk: Arrived(units=units, damaged=damaged)}, key=key)


def counters(code: str) -> tuple[int, int, int, int]:
    level = StockLevel.objects.filter(warehouse__code=code, sku__code="MUG").first()
    if level is None:
        return (0, 0, 0, 0)
    return (level.on_hand, level.allocated, level.incoming, level.damaged)


def books_hold() -> bool:
    return [str(wrong) for _, found in check_books() for wrong in found] == []


def test_from_shelf_to_shelf():
    transfer = requested(6)
    assert (counters("LON"), counters("BER")) == ((10, 6, 0, 0), (0, 0, 0, 0))
    assert books_hold()

    ship_transfer(transfer.pk)
    ship_transfer(transfer.pk)
    assert (counters("LON"), counters("BER")) == ((4, 0, 0, 0), (0, 0, 6, 0))
    assert books_hold()

    came(transfer, 4, damaged=1)
    assert counters("BER") == (3, 0, 2, 1)
    transfer = came(transfer, 2, key="k2")

    assert counters("BER") == (5, 0, 0, 1)
    assert transfer.status == "closed"
    assert books_hold()
    names = EventRecord.objects.filter(name__startswith="transfer.").order_by("id")
    assert list(names.values_list("name", flat=True)) == [
        "transfer.requested", "transfer.shipped", "transfer.received", "transfer.received",
        "transfer.closed",
    ]  # fmt: skip


def test_what_does_not_come_is_lost_for_a_reason():
    transfer = sent(6)
    came(transfer, 4)
    with pytest.raises(BadValue):
        close_transfer(transfer.pk, reason=" ")

    closed = close_transfer(transfer.pk, reason="fell off the van")

    line = closed.lines.get()
    assert (closed.status, line.units_lost, line.units_open) == ("closed", 2, 0)
    assert counters("BER") == (4, 0, 0, 0)
    told = EventRecord.objects.get(name="transfer.closed").payload
    assert (told["units_lost"], told["reason"]) == (2, "fell off the van")
    assert books_hold()


def test_called_off_its_units_are_free_again():
    transfer = requested(6)

    cancel_transfer(transfer.pk, reason="sold here")

    assert counters("LON") == (10, 0, 0, 0)
    assert books_hold()
    with pytest.raises(TransferMoveNotAllowed):
        ship_transfer(transfer.pk)
    with pytest.raises(TransferMoveNotAllowed):
        cancel_transfer(transfer.pk, reason="again")


def test_it_takes_only_what_is_free_and_keeps_it_from_orders():
    with pytest.raises(OutOfStock):
        requested(11)
    assert not Transfer.objects.exists()

    requested(6)
    with pytest.raises(OutOfStock):
        allocate_stock("test", 1, {sku("MUG").pk: 5}, warehouse_ids=[warehouse("LON").pk])
    assert Allocation.objects.count() == 1


@pytest.mark.parametrize("units", [0, -1, 2_000_000_000])
def test_units_that_are_none(units):
    with pytest.raises(BadValue):
        requested(units)
    assert not Transfer.objects.exists()


def test_to_itself_to_a_closed_house_or_to_yesterday():
    stock("MUG", on_hand=10)
    here, units = warehouse("LON").pk, {sku("MUG").pk: 1}
    shut = warehouse("OLD", active=False).pk
    for destination, options, field in (
        (here, {}, "destination"),
        (shut, {}, "destination"),
        (warehouse("BER").pk, {"expected_on": clock.today() - timedelta(days=1)}, "expected_on"),
    ):
        with pytest.raises(BadValue) as refused:
            request_transfer(here, destination, units=units, **options)
        assert refused.value.facts["field"] == field
    assert not Transfer.objects.exists()


def test_an_arrival_counts_once_and_no_more_comes_than_was_sent():
    transfer = sent(6)
    came(transfer, 4)
    came(transfer, 4)
    assert TransferArrival.objects.count() == 1
    with pytest.raises(ReferenceUsed):
        came(transfer, 3)
    with pytest.raises(MoreThanSent):
        came(transfer, 3, key="k2")
    for wrong in (Arrived(units=0), Arrived(units=1, damaged=2), Arrived(units=1, damaged=-1)):
        with pytest.raises(BadValue):
            receive_transfer(transfer.pk, {transfer.lines.get().pk: wrong}, key="k3")
    with pytest.raises(BadValue):
        receive_transfer(transfer.pk, {0: Arrived(units=1)}, key="k3")
    assert counters("BER") == (4, 0, 2, 0)

    came(transfer, 2, key="k4")
    came(transfer, 2, key="k4")  # a repeat, when it is closed already
    with pytest.raises(TransferMoveNotAllowed):
        came(transfer, 1, key="k5")
    assert books_hold()


def test_each_side_acts_on_its_own_warehouse():
    transfer = requested(6)
    berlin = someone(Role.MANAGER, all_warehouses=False)
    WarehouseAccess.objects.create(user=berlin, warehouse=warehouse("BER"))
    stranger = someone(Role.MANAGER, all_warehouses=False)

    with acting(person(berlin)):
        assert list(Transfer.objects.visible_to(person(berlin))) == [transfer]
        with pytest.raises(NotThere):
            ship_transfer(transfer.pk)
        with pytest.raises(NotThere):
            cancel_transfer(transfer.pk, reason="ours")
    ship_transfer(transfer.pk)
    with acting(person(stranger)):
        assert not Transfer.objects.visible_to(person(stranger))
        with pytest.raises(NotThere):
            came(transfer, 1)
    with acting(person(berlin)):
        came(transfer, 6)
    with acting(person(someone(Role.VIEWER))), pytest.raises(NotPermitted):
        ship_transfer(transfer.pk)


@pytest.mark.django_db(transaction=True)
def test_two_people_who_take_the_same_in_take_it_in_once():
    transfer = sent(6)
    line = transfer.lines.get().pk

    at_once(3, lambda: receive_transfer(transfer.pk, {line: Arrived(units=4)}, key="scan 1"))

    assert counters("BER") == (4, 0, 2, 0)
    refusals = at_once(
        3,
        lambda: receive_transfer(transfer.pk, {line: Arrived(units=2)}, key=new_public_id()),
    )
    assert len(refusals) == 2
    assert counters("BER") == (6, 0, 0, 0)
    assert books_hold()


@pytest.mark.django_db(transaction=True)
def test_shipped_and_called_off_at_once_it_is_one_of_them():
    transfer = requested(6)
    acts = iter(
        [
            lambda: ship_transfer(transfer.pk),
            lambda: cancel_transfer(transfer.pk, reason="sold here"),
        ]
    )

    refusals = at_once(2, lambda: next(acts)())

    assert [type(refusal) for refusal in refusals] == [TransferMoveNotAllowed]
    transfer.refresh_from_db()
    ends = {"in_transit": (4, 0, 0, 0), "cancelled": (10, 0, 0, 0)}
    assert counters("LON") == ends[transfer.status]
    assert books_hold()
