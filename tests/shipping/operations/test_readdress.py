"""An order that goes elsewhere: no parcel leaves under a label with the old address."""

from dataclasses import replace

import pytest

from core.models import Decision, EventRecord
from orders.models import Address, Order
from orders.operations.address import change_address
from orders.operations.gates import clear_gate
from shipping.documents import draw_label
from shipping.errors import LabelOutOfDate
from shipping.labels import label_of, order_of, text_of
from shipping.models import Label, Service
from shipping.operations.hand_over import hand_over
from shipping.operations.readdress import readdress_parcels
from shipping.operations.select import KIND, override_carrier
from shipping.tasks import buy_label
from tests.builders.orders import LONDON
from tests.builders.shipping import handed_over, labelled, relayed, with_label

pytestmark = pytest.mark.django_db

ELSEWHERE = replace(LONDON, name="Łucja Nowák", line1="9 New Road", postal_code="EC1A 1BB")


def moved(parcel) -> Order:
    """The order of the parcel goes elsewhere; nobody has worked on it yet."""
    order = change_address(parcel.fulfillment.order_id, address=ELSEWHERE)
    for gate in order.clearances.exclude(state="cleared").values_list("gate", flat=True):
        clear_gate(order.pk, gate=gate, sentence="Fine.")
    return order


def test_a_new_address_voids_the_label_and_a_new_one_names_it():
    parcel = labelled(MUG=1)
    old = parcel.labels.get()

    moved(parcel)
    relayed()
    parcel.refresh_from_db()

    assert (parcel.state, parcel.tracking_number, parcel.service) == ("draft", "", None)
    old.refresh_from_db()
    assert old.state == "voiding"
    assert EventRecord.objects.get(name="label.voided").payload["reason"] == (
        "the delivery address has changed"
    )
    parcel = with_label(parcel)
    new = Label.objects.get(parcel=parcel, state="bought")
    assert parcel.state == "labelled"
    assert new.ship_to.line1 == "9 New Road"
    assert bytes(new.pdf) == draw_label(text_of(new, order_of(new), new.tracking_number))
    assert "9 New Road" in text_of(new, order_of(new), "").receiver
    assert "9 New Road" not in text_of(old, order_of(old), "").receiver


def test_nothing_leaves_under_the_old_address_before_anybody_has_heard_of_the_new_one():
    parcel = labelled(MUG=1)
    moved(parcel)

    with pytest.raises(LabelOutOfDate, match="names an address that the order no longer goes to"):
        hand_over([parcel.pk], warehouse_id=parcel.warehouse_id)

    relayed()
    with_label(parcel)
    hand_over([parcel.pk], warehouse_id=parcel.warehouse_id)


def test_hearing_of_it_twice_changes_nothing():
    parcel = labelled(MUG=1)
    order = moved(parcel)
    relayed()
    with_label(parcel)

    assert readdress_parcels(order.pk) == []
    assert Label.objects.filter(parcel=parcel, state="bought").count() == 1


def another(parcel) -> Service:
    """A service that could carry it, and was not selected."""
    latest = Decision.objects.filter(kind=KIND, subject=f"parcel:{parcel.pk}").latest("id")
    codes = [row["key"] for row in latest.candidates if row["key"] != latest.chosen]
    return Service.objects.get(code=codes[-1])


def test_what_a_person_chose_stays_chosen_where_it_still_goes():
    parcel = labelled(MUG=1)
    dear = another(parcel)
    override_carrier(parcel.pk, service_code=dear.code, reason="she is ill")
    moved(parcel)
    relayed()

    parcel = with_label(parcel)

    assert parcel.service == dear
    decision = Decision.objects.filter(kind=KIND).latest("id")
    assert (decision.policy, decision.chosen) == ("by hand", dear.code)
    assert "she is ill" in decision.sentence


def test_where_it_does_not_go_the_rule_selects_and_says_so():
    parcel = labelled(MUG=1)
    dear = another(parcel)
    override_carrier(parcel.pk, service_code=dear.code, reason="she is ill")
    moved(parcel)
    relayed()
    Service.objects.filter(pk=dear.pk).update(active=False)

    parcel = with_label(parcel)

    assert parcel.service not in (None, dear)
    decision = Decision.objects.filter(kind=KIND).latest("id")
    assert decision.policy != "by hand"
    assert "Not as before" in decision.sentence


def test_what_has_left_keeps_its_label():
    parcel = handed_over(MUG=1)
    Order.objects.filter(pk=parcel.fulfillment.order_id).update(
        ship_to=Address.objects.create(name="X", country="GB")
    )

    assert readdress_parcels(parcel.fulfillment.order_id) == []
    assert parcel.labels.get().state == "bought"


def test_a_refusal_of_the_old_address_says_nothing_of_the_new_one():
    parcel = labelled(MUG=1)
    service = parcel.service
    Label.objects.filter(parcel=parcel).update(state="failed", error="no such street")
    moved(parcel)
    relayed()

    assert with_label(parcel).service == service


def test_a_label_without_its_picture_is_drawn_again():
    parcel = labelled(MUG=1)
    drawn = label_of(parcel)
    Label.objects.update(pdf=None)  # as a packed demo shop brings it

    assert drawn is not None
    assert label_of(parcel) == drawn


def test_a_label_that_is_still_being_bought_cannot_be_drawn():
    parcel = labelled(MUG=1)
    buy_label.do(str(parcel.labels.get().pk))
    Label.objects.update(state="in_doubt", pdf=None)

    assert label_of(parcel) is None
