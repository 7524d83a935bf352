"""What is held or refused after its release does not leave the house."""

from threading import Event, Thread
from time import sleep

import pytest
from django.db import connection, transaction

from core.actor import SYSTEM, acting, person
from core.errors import NotThere
from core.money import Money
from core.roles import Role
from orders.errors import KeptBack, SameReferenceOtherAmount
from orders.models import Order
from orders.operations.exceptions import raise_exception, resolve_exception
from orders.operations.fulfillment.pick import start_picking
from orders.operations.fulfillment.ship import ship_fulfillment
from orders.operations.gates import clear_gate, refuse_gate
from orders.operations.hold import hold_order, resume_order
from orders.operations.payments import record_payment
from orders.why import first_code, why_not_shipped
from shipping.errors import NothingToPick
from shipping.models import Manifest
from shipping.operations.hand_over import hand_over
from shipping.operations.pick import make_pick_list
from tests.builders.inventory import channel, stock
from tests.builders.orders import packed_order, placed_order, released_order
from tests.builders.people import someone
from tests.builders.shipping import labelled

pytestmark = pytest.mark.django_db
GATES = {"clearances": ["payment", "risk"]}


def test_an_order_held_after_its_release_is_not_picked_until_it_goes_on():
    row = released_order(MUG=1)
    hold_order(row.order_id, reason="the customer called")

    with pytest.raises(KeptBack) as refused:
        start_picking(row.pk)
    assert refused.value.facts["reasons"] == ["held"]

    resume_order(row.order_id)
    assert start_picking(row.pk).status == "picking"


def test_a_gate_that_is_refused_after_the_release_keeps_the_walk_from_it():
    row = released_order(channel("risky", **GATES), MUG=1)
    refuse_gate(row.order_id, gate="risk", sentence="A stolen card.")

    with pytest.raises(NothingToPick):
        make_pick_list(row.warehouse_id)

    clear_gate(row.order_id, gate="risk", sentence="It was not.")
    assert make_pick_list(row.warehouse_id).lines.count() == 1


def test_no_driver_takes_a_parcel_whose_order_was_held_meanwhile():
    parcel = labelled(MUG=1)
    hold_order(parcel.fulfillment.order_id, reason="a stolen card?")

    with pytest.raises(KeptBack):
        hand_over([parcel.pk], warehouse_id=parcel.warehouse_id)
    assert not Manifest.objects.exists()

    row = packed_order(MUG=1)
    hold_order(row.order_id, reason="wait")
    with pytest.raises(KeptBack):
        ship_fulfillment(row.pk)


def test_a_payment_that_is_voided_shuts_its_gate_again():
    shop = channel("careful", clearances=["payment"])
    order = placed_order(shop, MUG=1)
    assert order.clearances.get().state == "cleared"

    record_payment(
        order.pk, kind="refunded", amount=Money.of("10.00", "GBP"), reference="r1", gateway="card"
    )

    gate = order.clearances.get()
    assert (gate.state, gate.sentence) == ("pending", "The payment is gone: refunded now.")
    assert Order.objects.get(pk=order.pk).why_code == "payment_pending"


def test_money_that_is_given_back_in_part_shuts_nothing():
    order = placed_order(channel("careful", clearances=["payment"]), MUG=1)

    record_payment(
        order.pk, kind="refunded", amount=Money.of("2.00", "GBP"), reference="r1", gateway="card"
    )

    assert order.clearances.get().state == "cleared"


def test_a_payment_reference_with_another_amount_is_refused():
    order = placed_order(MUG=2)
    event = {"kind": "refunded", "reference": "r1", "gateway": "card"}
    first = record_payment(order.pk, amount=Money.of("2.00", "GBP"), **event)

    assert record_payment(order.pk, amount=Money.of("2.00", "GBP"), **event) == first
    with pytest.raises(SameReferenceOtherAmount):
        record_payment(order.pk, amount=Money.of("3.00", "GBP"), **event)


def test_nobody_raises_an_exception_on_an_order_out_of_reach():
    order = placed_order("elsewhere", MUG=1)
    agent = someone(Role.AGENT)
    agent.all_channels = False
    agent.save()

    with acting(person(agent)), pytest.raises(NotThere):
        raise_exception("other", order_id=order.pk, key="x", sentence="Mine.")
    with acting(person(agent)), pytest.raises(NotThere):
        raise_exception(
            "other", order_id=None, channel_id=order.channel_id, key="x", sentence="Mine."
        )


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("act", ["raise", "resolve"])
def test_an_exception_waits_for_who_is_at_its_order_and_sees_what_they_did(act):
    order = placed_order(MUG=1)
    known = raise_exception("other", order_id=order.pk, key="known", sentence="Look.")
    begun = Event()

    def meanwhile() -> None:
        try:
            with acting(SYSTEM):
                begun.wait()
                if act == "raise":
                    raise_exception("import", order_id=order.pk, key="new", sentence="Look.")
                else:
                    resolve_exception(known.pk, resolution="fine")
        finally:
            connection.close()

    other = Thread(target=meanwhile)
    other.start()
    with transaction.atomic():
        hold_order(order.pk, reason="wait")
        begun.set()
        sleep(0.7)
    other.join()

    now = Order.objects.get(pk=order.pk)
    assert now.why_code == first_code(now) == "held"


def test_versions_only_count_up():
    stock("MUG", on_hand=1)
    order = placed_order(MUG=1)
    seen = [order.version]
    hold_order(order.pk, reason="wait")
    raised = raise_exception("other", order_id=order.pk, key="k", sentence="Look.")
    seen.append(Order.objects.get(pk=order.pk).version)
    resolve_exception(raised.pk, resolution="fine")
    seen.append(Order.objects.get(pk=order.pk).version)
    assert seen == sorted(set(seen))


def test_nobody_is_told_to_pick_what_is_on_hold():
    row = released_order(MUG=1)

    def said() -> dict[str, str]:
        return {reason.code: reason.act for reason in why_not_shipped(row.order)}

    assert said()["to_pick"] == "Pick it."
    hold_order(row.order_id, reason="the customer called")
    assert said()["to_pick"] == "It goes on when that is settled."
