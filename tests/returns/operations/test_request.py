import pytest

from core import clock
from core.actor import acting, person
from core.errors import BadValue, NotPermitted, NotThere
from core.models import EventRecord
from core.roles import Role
from orders.states import ReturnStatus
from returns.errors import (
    NothingToReturn,
    NotReturnable,
    OutsidePolicy,
    ReturnMoveNotAllowed,
)
from returns.models import ReturnAuthorization, ReturnUnits
from returns.operations.approve import approve_return, cancel_return, reject_return
from returns.operations.request import ReturnLineIn, free_runs, request_return
from tests.builders.people import someone
from tests.builders.returns import line, requested, shipped_order
from tests.races import at_once

pytestmark = pytest.mark.django_db


def runs_of(order, position=1):
    return [
        (run.first, run.last)
        for run in ReturnUnits.objects.filter(order_line=line(order, position)).order_by("first")
    ]


def test_a_return_holds_the_lowest_free_units_of_its_line():
    order = shipped_order(("MUG", 5, "50.00"))
    requested(order, 2)
    requested(order, 1)

    assert runs_of(order) == [(1, 2), (3, 3)]
    order.refresh_from_db()
    assert order.return_status == ReturnStatus.REQUESTED
    assert EventRecord.objects.filter(name="return.requested").count() == 2


def test_two_entries_of_one_line_are_added_up():
    order = shipped_order(("MUG", 5, "50.00"))
    ask = ReturnLineIn(order_line_id=line(order).pk, units=2)

    rma = request_return(order.pk, lines=[ask, ask])

    assert rma.lines.get().units == 4


def test_no_more_units_come_back_than_have_shipped():
    order = shipped_order(("MUG", 3, "30.00"))
    requested(order, 2)

    with pytest.raises(NotReturnable) as refusal:
        requested(order, 2)

    assert refusal.value.facts["returnable"] == 1
    assert ReturnAuthorization.objects.count() == 1


def test_what_has_not_shipped_cannot_come_back():
    order = shipped_order(("MUG", 3, "30.00"), shipped=False)

    with pytest.raises(NotReturnable):
        requested(order, 1)


def test_a_line_of_another_order_is_refused():
    order, other = shipped_order(), shipped_order()

    with pytest.raises(BadValue):
        request_return(order.pk, lines=[ReturnLineIn(order_line_id=line(other).pk, units=1)])


@pytest.mark.parametrize("units", [0, -1])
def test_units_are_above_nothing(units):
    order = shipped_order()

    with pytest.raises(BadValue):
        request_return(order.pk, lines=[ReturnLineIn(order_line_id=line(order).pk, units=units)])


def test_a_return_is_of_something():
    with pytest.raises(NothingToReturn):
        request_return(shipped_order().pk, lines=[])


def test_units_of_a_rejected_return_may_be_asked_for_again():
    order = shipped_order(("MUG", 1, "10.00"))
    rma = requested(order, 1, approve=False)

    reject_return(rma.pk, reason="worn out")

    order.refresh_from_db()
    assert order.return_status == ReturnStatus.NONE
    assert requested(order, 1).status == "approved"


def test_a_cancelled_return_is_over():
    rma = requested(shipped_order())
    cancel_return(rma.pk, reason="the customer keeps it")

    with pytest.raises(ReturnMoveNotAllowed):
        cancel_return(rma.pk, reason="again")


def test_past_the_window_somebody_says_why():
    with clock.pinned(clock.now().replace(hour=12)):  # whatever the hour, and clocks that change
        order = shipped_order(days_ago=40)
        rma = requested(order, 1, approve=False)
    assert rma.within_policy is False
    assert "Day 40 after delivery" in rma.rule

    with pytest.raises(OutsidePolicy):
        approve_return(rma.pk)
    approved = approve_return(rma.pk, override_reason="she was in hospital")

    assert approved.status == "approved"
    assert approved.override_reason == "she was in hospital"


def test_asking_and_approving_at_once_changes_nothing_when_the_policy_says_no():
    order = shipped_order(days_ago=40)

    with pytest.raises(OutsidePolicy):
        requested(order, 1)

    assert not ReturnAuthorization.objects.exists()


def test_a_picker_does_not_open_returns():
    order = shipped_order()

    with acting(person(someone(Role.PICKER))), pytest.raises(NotPermitted):
        requested(order)


def test_an_agent_of_another_channel_does_not_find_the_order():
    order = shipped_order()
    agent = someone(Role.AGENT, all_channels=False)

    with acting(person(agent)), pytest.raises(NotThere):
        requested(order)


def test_free_units_are_found_in_gaps():
    taken = [ReturnUnits(first=2, last=3), ReturnUnits(first=6, last=6)]

    assert free_runs(taken, 4) == [(1, 1), (4, 5), (7, 7)]


@pytest.mark.django_db(transaction=True)
def test_of_eight_who_ask_for_the_last_unit_at_once_one_gets_it():
    order = shipped_order(("MUG", 1, "10.00"))

    refused = at_once(8, lambda: requested(order, 1, approve=False))

    assert len(refused) == 7
    assert runs_of(order) == [(1, 1)]
