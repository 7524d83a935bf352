"""What shipping does when something happens."""

from core.events import on
from orders.events import FulfillmentCancelled, OrderAddressChanged
from shipping.events import LabelRefused, LabelRequested, LabelVoided, ParcelPacked
from shipping.operations.drop import drop_fulfillment
from shipping.operations.readdress import readdress_parcels
from shipping.tasks import buy_label, choose_carrier, void_label_at_carrier


@on(ParcelPacked)
def select_for_packed_parcels(fact: ParcelPacked) -> None:
    choose_carrier.add(fact.parcel_id)


@on(LabelRefused)
def select_another_service(fact: LabelRefused) -> None:
    choose_carrier.add(fact.parcel_id)


@on(LabelRequested)
def buy_requested_labels(fact: LabelRequested) -> None:
    buy_label.add(fact.label_id)


@on(LabelVoided)
def give_labels_back(fact: LabelVoided) -> None:
    void_label_at_carrier.add(fact.label_id)


@on(FulfillmentCancelled)
def drop_cancelled_work(fact: FulfillmentCancelled) -> None:
    drop_fulfillment(fact.fulfillment_id)


@on(OrderAddressChanged)
def make_labels_anew(fact: OrderAddressChanged) -> None:
    for parcel_id in readdress_parcels(fact.order_id):
        choose_carrier.add(parcel_id)
