"""Parcels in any state, made as the warehouse makes them: picked, packed, labelled, gone."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from core.relay import relay_once
from orders.models import FulfillmentOrder, Order
from shipping.models import Manifest, Parcel, PickList
from shipping.operations.hand_over import hand_over
from shipping.operations.pack import pack_parcel
from shipping.operations.pick import make_pick_list, pick_unit
from shipping.tasks import buy_label, choose_carrier
from tests.builders.orders import LONDON, order_in, released_order


def released(
    *, deliver_by: datetime | None = None, service: str = "", **units: int
) -> FulfillmentOrder:
    """`released(MUG=2)`: an order to London in the warehouse's hands; nothing is picked."""
    given = order_in(**units)
    there = replace(LONDON, name="Łucja Nowák")
    fulfillment = released_order(given=replace(given, ship_to=there, service=service))
    if deliver_by:  # no channel tells us yet
        Order.objects.filter(pk=fulfillment.order_id).update(deliver_by=deliver_by)
    return fulfillment


def walk_off(picks: PickList) -> None:
    """Scan every stop of a walk as it is asked for."""
    while line := picks.lines.left().select_related("bin", "sku").first():
        if line.bin and PickList.objects.get(pk=picks.pk).at_bin_id != line.bin_id:
            pick_unit(picks.pk, barcode=line.bin.code)
        pick_unit(picks.pk, barcode=line.sku.code, units=line.units_left)


def picked(**order: Any) -> FulfillmentOrder:
    """`picked(MUG=2)`: a released order whose units are in their tote."""
    fulfillment = released(**order)
    walk_off(make_pick_list(fulfillment.warehouse_id, fulfillment_ids=[fulfillment.pk]))
    fulfillment.refresh_from_db()
    return fulfillment


def packed(*, carton: str = "M1", weight_grams: int | None = None, **order: Any) -> Parcel:
    """`packed(MUG=2)`: all of it in one parcel, no carrier yet."""
    return pack_parcel(picked(**order).pk, carton_code=carton, weight_grams=weight_grams)


def labelled(**order: Any) -> Parcel:
    """A packed parcel with the carrier that the rule selects, and its label."""
    return with_label(packed(**order))


def with_label(parcel: Parcel) -> Parcel:
    """What the workers do between packing and printing."""
    choose_carrier.do(str(parcel.pk))
    for label in parcel.labels.filter(state="requested"):
        buy_label.do(str(label.pk))
    parcel.refresh_from_db()
    return parcel


def handed_over(**order: Any) -> Parcel:
    """A parcel that has left with the driver."""
    parcel = labelled(**order)
    given(parcel)
    return parcel


def given(*parcels: Parcel) -> Manifest:
    """Hand these over, and read them again."""
    manifest = hand_over([parcel.pk for parcel in parcels], warehouse_id=parcels[0].warehouse_id)
    for parcel in parcels:
        parcel.refresh_from_db()
    return manifest


def relayed() -> None:
    """Let handlers take in all that has been published."""
    while relay_once():
        pass
