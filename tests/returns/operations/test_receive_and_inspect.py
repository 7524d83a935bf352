import pytest

from core.errors import BadValue
from core.models import EventRecord
from inventory.models import StockLevel, StockMovement
from orders.models import OrderLine
from orders.states import ReturnStatus
from returns.errors import ReturnMoveNotAllowed, UnitsDoNotMatch
from returns.models import ReturnUnits
from returns.operations.inspection import InspectionIn, inspect_return
from returns.operations.receive import receive_return
from returns.states import RmaStatus
from tests.builders.returns import inspected, requested, shipped_order
from tests.races import at_once

pytestmark = pytest.mark.django_db


def level(code="MUG"):
    return StockLevel.objects.get(sku__code=code, warehouse__code="LON")


def look(rma, *found):
    """`look(rma, (2, "A", "restock"))`: what was found on the units of its one line."""
    line = rma.lines.get()
    results = [
        InspectionIn(line_id=line.pk, units=units, grade=grade, disposition=disposition)
        for units, grade, disposition in found
    ]
    return inspect_return(rma.pk, results=results)


def test_what_arrives_counts_as_returned():
    order = shipped_order(("MUG", 3, "30.00"))
    receive_return(requested(order, 2).pk)

    order.refresh_from_db()
    assert order.lines.get().units_returned == 2
    assert order.return_status == ReturnStatus.PARTLY


def test_an_order_of_which_all_came_back_is_returned():
    order = shipped_order(("MUG", 2, "30.00"), ("BOX", 1, "5.00"))
    receive_return(requested(order, 2, 1).pk)

    order.refresh_from_db()
    assert order.return_status == ReturnStatus.RETURNED


def test_units_that_did_not_come_may_come_another_time():
    order = shipped_order(("MUG", 4, "40.00"))
    rma = requested(order, 4)
    receive_return(rma.pk, units={rma.lines.get().pk: 1})

    assert order.lines.get().units_returned == 1
    assert [(run.first, run.last) for run in ReturnUnits.objects.all()] == [(1, 1)]
    assert requested(order, 3).status == RmaStatus.APPROVED


def test_more_than_was_announced_is_refused():
    rma = requested(shipped_order(("MUG", 4, "40.00")), 2)

    with pytest.raises(UnitsDoNotMatch):
        receive_return(rma.pk, units={rma.lines.get().pk: 3})


@pytest.mark.parametrize("units", [{}, {0: 1}])
def test_nothing_or_a_foreign_line_is_refused(units):
    rma = requested(shipped_order(("MUG", 4, "40.00")), 2)

    with pytest.raises(BadValue):
        receive_return(rma.pk, units=units)


def test_only_an_approved_return_is_received():
    rma = requested(shipped_order(), approve=False)

    with pytest.raises(ReturnMoveNotAllowed):
        receive_return(rma.pk)


def test_each_unit_goes_where_the_inspector_says():
    order = shipped_order(("MUG", 6, "60.00"))
    before = level()
    rma = requested(order, 6)
    receive_return(rma.pk)

    look(rma, (3, "A", "restock"), (2, "C", "quarantine"), (1, "D", "scrap"))

    after = level()
    assert after.on_hand - before.on_hand == 3
    assert after.quarantine - before.quarantine == 2
    assert after.damaged - before.damaged == 1
    moves = StockMovement.objects.filter(source_kind="rma", source_id=rma.pk)
    assert {(move.counter, move.units) for move in moves} == {
        ("on_hand", 3),
        ("quarantine", 2),
        ("damaged", 1),
    }


def test_pieces_keep_their_unit_numbers():
    order = shipped_order(("MUG", 3, "10.00"))
    rma = requested(order, 3)
    receive_return(rma.pk)

    look(rma, (1, "A", "restock"), (0, "B", "restock"), (2, "D", "scrap"))

    runs = [
        (run.first, run.last, run.grade, str(run.owed.amount))
        for run in ReturnUnits.objects.order_by("first")
    ]
    assert runs == [(1, 1, "A", "3.33"), (2, 3, "D", "6.67")]


def test_every_unit_that_arrived_is_graded():
    rma = requested(shipped_order(("MUG", 3, "10.00")), 3)
    receive_return(rma.pk)

    with pytest.raises(UnitsDoNotMatch):
        look(rma, (2, "A", "restock"))
    assert not StockMovement.objects.filter(source_kind="rma").exists()


@pytest.mark.parametrize(
    ("grade", "disposition"), [("E", "restock"), ("A", "keep"), ("", ""), ("D", "restock")]
)
def test_unknown_words_are_refused(grade, disposition):
    rma = requested(shipped_order(("MUG", 1, "10.00")), 1)
    receive_return(rma.pk)

    with pytest.raises(BadValue):
        look(rma, (1, grade, disposition))


@pytest.mark.django_db(transaction=True)
def test_of_eight_inspections_at_once_one_moves_stock():
    order = shipped_order(("MUG", 2, "10.00"))
    before = level().on_hand
    rma = requested(order, 2)
    receive_return(rma.pk)

    refused = at_once(8, lambda: look(rma, (2, "A", "restock")))

    assert len(refused) == 7
    assert level().on_hand == before + 2
    assert EventRecord.objects.filter(name="return.inspected").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_returns_of_one_order_received_at_once_are_both_counted():
    order = shipped_order(("MUG", 8, "10.00"))
    rmas = iter([requested(order, 1).pk for _ in range(8)])

    assert at_once(8, lambda: receive_return(next(rmas))) == []

    assert OrderLine.objects.get(order=order).units_returned == 8
    order.refresh_from_db()
    assert order.return_status == ReturnStatus.RETURNED


def test_inspected_is_a_shorthand_that_ends_inspected():
    assert inspected(shipped_order()).status == RmaStatus.INSPECTED
