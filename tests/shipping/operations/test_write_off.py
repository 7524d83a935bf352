"""What a carrier has lost: sent again, or given up; and when it turns up after all."""

from datetime import timedelta

import pytest

from core import clock
from core.actor import acting, person
from core.books import check_books
from core.errors import NotPermitted
from core.models import EventRecord
from core.roles import Role
from inventory.models import Allocation
from orders.errors import NotThatManyUnits
from orders.links import fix_of
from orders.models import FulfillmentOrder, Order, OrderException, OrderLine
from orders.operations.cancel_short import cancel_short
from orders.operations.release import release_order
from orders.operations.returned import note_return
from shipping.errors import NotLost, WrittenOffAlready
from shipping.models import Parcel
from shipping.operations.pack import pack_parcel
from shipping.operations.pick import make_pick_list
from shipping.operations.track import record_tracking
from shipping.operations.write_off import write_off_parcel
from tests.builders.inventory import stock
from tests.builders.people import someone
from tests.builders.shipping import given, handed_over, picked, walk_off, with_label
from tests.races import at_once

pytestmark = pytest.mark.django_db


def reported(parcel, code, *, hours=0):
    record_tracking(
        parcel.tracking_number, carrier=parcel.carrier.code, code=code,
        happened_at=clock.now() + timedelta(hours=hours),
    )  # fmt: skip
    parcel.refresh_from_db()
    return parcel


def lost(**units):
    return reported(handed_over(**units), "lost")


def the_order():
    order = Order.objects.get()
    line = OrderLine.objects.get()
    return order, line


def books_hold():
    return [str(wrong) for _, found in check_books() for wrong in found] == []


def test_what_is_given_up_ends_the_order():
    parcel = lost(MUG=2)

    write_off_parcel(parcel.pk, again=False)

    order, line = the_order()
    assert (order.status, order.fulfillment_status, order.why_code) == ("closed", "lost", "")
    assert order.delivered_at is None
    assert (line.units_lost, line.units_cancelled, line.units_short) == (2, 2, 0)
    assert FulfillmentOrder.objects.get().status == "lost"
    assert OrderException.objects.get().resolved_at is not None
    assert not EventRecord.objects.filter(name="order.delivered").exists()
    assert books_hold()


def test_what_is_sent_again_goes_the_whole_way_once_more():
    parcel = lost(MUG=2)
    stock("MUG", on_hand=5)

    write_off_parcel(parcel.pk)

    order, line = the_order()
    assert (order.status, order.fulfillment_status) == ("open", "partly_shipped")
    assert (order.why_code, line.units_lost, line.units_short) == ("ready_to_release", 2, 0)
    assert sum(Allocation.objects.values_list("units", flat=True)) == 2
    assert books_hold()

    second = next(row for row in release_order(order.pk) if row.status == "open")
    assert second.number == f"{order.number}-F2"
    _walk(second)
    again = with_label(pack_parcel(second.pk, carton_code="M1"))
    given(again)
    reported(again, "delivered", hours=1)

    order, line = the_order()
    assert (order.status, order.fulfillment_status) == ("closed", "delivered")
    assert (line.units_shipped, line.units_sent) == (4, 2)
    assert books_hold()


def _walk(fulfillment):
    walk_off(make_pick_list(fulfillment.warehouse_id, fulfillment_ids=[fulfillment.pk]))


def test_without_stock_its_units_are_short_and_may_be_given_up():
    parcel = lost(MUG=2)

    write_off_parcel(parcel.pk)

    order, line = the_order()
    assert (order.why_code, line.units_short) == ("short", 2)
    assert books_hold()

    cancel_short(order.pk, reason="sold out")

    order, line = the_order()
    assert (order.status, order.fulfillment_status) == ("closed", "lost")
    assert (line.units_cancelled, line.units_short) == (2, 0)
    assert books_hold()


def test_the_rest_of_the_order_is_delivered():
    fulfillment = picked(MUG=2)
    line = fulfillment.lines.get().pk
    first = with_label(pack_parcel(fulfillment.pk, carton_code="M1", units={line: 1}))
    second = with_label(pack_parcel(fulfillment.pk, carton_code="M1", units={line: 1}))
    given(first, second)
    reported(first, "lost")

    write_off_parcel(first.pk, again=False)
    assert FulfillmentOrder.objects.get().status == "shipped"
    reported(second, "delivered", hours=2)

    order, sold = the_order()
    assert (order.status, order.fulfillment_status) == ("closed", "delivered")
    assert (sold.units_lost, sold.units_cancelled) == (1, 1)
    assert books_hold()


def test_written_off_last_the_order_was_delivered_with_its_other_parcel():
    fulfillment = picked(MUG=2)
    line = fulfillment.lines.get().pk
    first = with_label(pack_parcel(fulfillment.pk, carton_code="M1", units={line: 1}))
    second = with_label(pack_parcel(fulfillment.pk, carton_code="M1", units={line: 1}))
    given(first, second)
    reported(first, "lost")
    reported(second, "delivered", hours=2)

    with clock.pinned(clock.now() + timedelta(days=5)):
        write_off_parcel(first.pk, again=False)

    order, _ = the_order()
    assert (order.status, order.fulfillment_status) == ("closed", "delivered")
    assert order.delivered_at == second.delivered_at
    assert books_hold()


def test_only_what_is_lost_is_written_off_and_once():
    parcel = handed_over(MUG=1)
    with pytest.raises(NotLost):
        write_off_parcel(parcel.pk)

    reported(parcel, "lost")
    write_off_parcel(parcel.pk, again=False)
    with pytest.raises(WrittenOffAlready):
        write_off_parcel(parcel.pk)

    assert the_order()[1].units_lost == 1


def test_what_came_back_was_not_lost():
    parcel = lost(MUG=2)
    order, line = the_order()
    note_return(order.pk, units_by_line={line.pk: 1}, status="partly")

    with pytest.raises(NotThatManyUnits):
        write_off_parcel(parcel.pk)

    assert Parcel.objects.get().written_off_at is None


def test_found_after_all_it_asks_for_a_person():
    parcel = lost(MUG=1)
    write_off_parcel(parcel.pk, again=False)

    reported(parcel, "lost", hours=1)
    reported(parcel, "in_transit", hours=1)
    assert OrderException.objects.filter(resolved_at=None).count() == 0
    reported(parcel, "delivered", hours=2)

    found = OrderException.objects.get(resolved_at=None)
    assert found.kind == "lost_parcel"
    assert "delivered, after it was written off as lost and refunded" in found.sentence
    assert the_order()[0].fulfillment_status == "lost"
    assert books_hold()


def test_a_picker_may_not():
    parcel = lost(MUG=1)

    with acting(person(someone(Role.PICKER))), pytest.raises(NotPermitted):
        write_off_parcel(parcel.pk)


@pytest.mark.django_db(transaction=True)
def test_two_people_at_once_write_it_off_once():
    parcel = lost(MUG=2)

    refusals = at_once(3, lambda: write_off_parcel(parcel.pk, again=False))

    assert [type(refusal) for refusal in refusals] == [WrittenOffAlready] * 2
    assert the_order()[1].units_lost == 2


def test_its_exception_leads_to_where_it_can_be_settled():
    parcel = lost(MUG=2)
    row = OrderException.objects.get()
    fix = fix_of(row)
    assert (fix.label, fix.url) == ("Open the parcel", parcel.get_absolute_url())
    row.facts = {}  # of an older shape
    assert fix_of(row).label == "Open the order"
