"""Hand-over: what leaves, what may not, and what orders learn."""

import pytest

from core.actor import acting, person
from core.books import check_books
from core.errors import NotThere
from core.models import EventRecord
from core.roles import Role
from inventory.models import StockLevel
from orders.errors import AlreadyShipped, KeptBack
from orders.models import FulfillmentOrder
from orders.operations.cancel import cancel_order
from orders.operations.fulfillment.ship import cancel_fulfillment
from orders.operations.hold import hold_order, resume_order
from shipping.errors import MixedCarriers, NotReadyToHandOver
from shipping.models import Manifest, Parcel, ParcelLine
from shipping.operations.hand_over import hand_over
from shipping.operations.pack import pack_parcel
from shipping.operations.select import override_carrier
from tests.builders.people import someone
from tests.builders.shipping import given, labelled, packed, picked, with_label
from tests.races import at_once

pytestmark = pytest.mark.django_db


def test_the_last_parcel_ships_the_fulfillment_order_and_its_stock():
    parcel = labelled(MUG=2)
    before = StockLevel.objects.get(sku__code="MUG")

    manifest = given(parcel)

    assert (parcel.state, parcel.manifest) == ("handed_over", manifest)
    assert parcel.shipped_at == manifest.handed_over_at
    fulfillment = FulfillmentOrder.objects.get()
    assert (fulfillment.status, fulfillment.shipped_at) == ("shipped", parcel.shipped_at)
    after = StockLevel.objects.get(sku__code="MUG")
    assert (before.on_hand - after.on_hand, before.allocated - after.allocated) == (2, 2)
    assert EventRecord.objects.filter(name="parcel.handed_over").count() == 1


def test_while_a_parcel_waits_the_order_has_not_shipped():
    fulfillment = picked(MUG=2)
    line = fulfillment.lines.get().pk
    first = with_label(pack_parcel(fulfillment.pk, carton_code="M1", units={line: 1}))
    second = with_label(pack_parcel(fulfillment.pk, carton_code="M1", units={line: 1}))

    given(first)
    assert FulfillmentOrder.objects.get().status == "packed"
    given(second)
    assert FulfillmentOrder.objects.get().status == "shipped"


def test_a_parcel_may_leave_before_the_rest_is_packed():
    fulfillment = picked(MUG=2)
    line = fulfillment.lines.get().pk
    given(with_label(pack_parcel(fulfillment.pk, carton_code="M1", units={line: 1})))
    assert FulfillmentOrder.objects.get().status == "picked"

    given(with_label(pack_parcel(fulfillment.pk, carton_code="M1")))

    assert FulfillmentOrder.objects.get().status == "shipped"


def test_without_a_label_nothing_leaves():
    parcel, ready = packed(MUG=1), labelled(MUG=1)

    with pytest.raises(NotReadyToHandOver):
        hand_over([parcel.pk, ready.pk], warehouse_id=parcel.warehouse_id)

    assert not Manifest.objects.exists()


def test_nothing_of_a_cancelled_order_leaves():
    parcel = labelled(MUG=1)
    cancel_fulfillment(parcel.fulfillment_id, reason="customer")

    with pytest.raises(NotReadyToHandOver) as refused:
        hand_over([parcel.pk], warehouse_id=parcel.warehouse_id)

    assert "cancelled order" in str(refused.value)


def test_once_a_parcel_has_left_its_order_cannot_be_cancelled():
    fulfillment = picked(MUG=2)
    line = fulfillment.lines.get().pk
    given(with_label(pack_parcel(fulfillment.pk, carton_code="M1", units={line: 1})))

    with pytest.raises(AlreadyShipped):
        cancel_order(fulfillment.order_id, reason="customer")
    with pytest.raises(AlreadyShipped):
        cancel_fulfillment(fulfillment.pk, reason="customer")

    given(with_label(pack_parcel(fulfillment.pk, carton_code="M1")))
    assert FulfillmentOrder.objects.get().status == "shipped"


def test_nothing_of_an_order_on_hold_leaves_until_it_is_resumed():
    parcel = labelled(MUG=1)
    hold_order(parcel.fulfillment.order_id, reason="the customer rang")

    with pytest.raises(KeptBack):
        given(parcel)
    assert not Parcel.objects.to_hand_over().exists()

    resume_order(parcel.fulfillment.order_id)
    given(parcel)
    assert parcel.state == "handed_over"


@pytest.mark.django_db(transaction=True)
def test_a_cancellation_and_a_driver_at_once_never_both_win():
    fulfillment = picked(MUG=2)
    line = fulfillment.lines.get().pk
    parcel = with_label(pack_parcel(fulfillment.pk, carton_code="M1", units={line: 1}))
    acts = iter([lambda: given(parcel), lambda: cancel_order(fulfillment.order_id, reason="x")])

    refused = at_once(2, lambda: next(acts)())

    assert len(refused) == 1
    parcel.refresh_from_db()
    fulfillment.refresh_from_db()
    assert (parcel.state, fulfillment.status) in {
        ("handed_over", "picked"), ("labelled", "cancelled"),
    }  # fmt: skip


def test_one_manifest_is_for_one_carrier():
    first, second = labelled(MUG=1), packed(MUG=1)
    override_carrier(second.pk, service_code="tern-two-day", reason="test")
    second = with_label(second)

    with pytest.raises(MixedCarriers):
        hand_over([first.pk, second.pk], warehouse_id=first.warehouse_id)


def test_parcels_of_another_warehouse_are_not_found():
    parcel = labelled(MUG=1)

    for ids, place in (
        ([parcel.pk], parcel.warehouse_id + 1), ([], parcel.warehouse_id),
        ([parcel.pk, 10**9], parcel.warehouse_id),
    ):  # fmt: skip
        with pytest.raises(NotThere):
            hand_over(ids, warehouse_id=place)
    elsewhere = someone(Role.PICKER, all_warehouses=False)
    with acting(person(elsewhere)), pytest.raises(NotThere):
        hand_over([parcel.pk], warehouse_id=parcel.warehouse_id)


def test_the_books_are_clean_and_a_wrong_parcel_is_found():
    parcel = labelled(MUG=2)
    given(parcel)
    shipping = {name: found for name, found in check_books() if name.startswith("shipping")}
    assert len(shipping) == 5
    assert not any(shipping.values())

    ParcelLine.objects.update(units=3)
    assert wrong_books() == {
        "no more is packed than was picked",
        "what is shipped has left in parcels",
    }
    ParcelLine.objects.update(units=2)

    Parcel.objects.update(state="delivered")
    assert wrong_books() == {"parcels are where reports say"}
    Parcel.objects.update(state="handed_over", tracking_number="OTHER")
    assert wrong_books() == {"a tracking number is its label's"}
    Parcel.objects.update(tracking_number=parcel.tracking_number)

    FulfillmentOrder.objects.update(status="cancelled")
    assert wrong_books() == {"nothing that is cancelled has left"}


def wrong_books() -> set[str]:
    """The books of shipping that say something is wrong."""
    return {
        name.removeprefix("shipping: ")
        for name, found in check_books()
        if name.startswith("shipping") and found
    }


@pytest.mark.django_db(transaction=True)
def test_of_six_hand_overs_at_once_one_counts():
    parcel = labelled(MUG=2)
    before = StockLevel.objects.get().on_hand

    refused = at_once(6, lambda: hand_over([parcel.pk], warehouse_id=parcel.warehouse_id))

    assert len(refused) == 5
    assert Manifest.objects.count() == 1
    assert StockLevel.objects.get().on_hand == before - 2
