"""Background work of shipping: select a carrier, buy and void labels, read late reports."""

import json
from datetime import timedelta
from typing import Any

from django.utils.dateparse import parse_datetime

from core import clock
from core.inbox import UnknownParent, takes
from core.jobs import job
from shipping.carriers import adapter_of
from shipping.carriers.base import BoughtLabel, CarrierRefused, CarrierUnreachable, LabelOrder
from shipping.documents import draw_label
from shipping.labels import order_of, text_of
from shipping.models import Label, Parcel
from shipping.operations.label import (
    doubt_label,
    fail_label,
    record_label,
    record_void,
    trouble_with_label,
)
from shipping.operations.select import select_carrier
from shipping.operations.track import record_tracking
from shipping.states import LabelState


@job("shipping.select_carrier", queue="shipping", lease=timedelta(minutes=1), batch=20)
def choose_carrier(parcel_id: str) -> None:
    """Select the carrier of one parcel. A parcel that has one keeps it."""
    select_carrier(int(parcel_id))


@job("shipping.buy_label", queue="shipping", lease=timedelta(seconds=90))
def buy_label(label_id: str) -> None:
    """Buy one requested label; no transaction is open while the carrier is asked.

    No answer or a crash leaves the label in doubt; the job runs again, looks it
    up by our reference first, and sends the same key: never two labels.
    """
    label = _label(label_id)
    if label.state not in {LabelState.REQUESTED, LabelState.IN_DOUBT}:
        return
    order, carrier = order_of(label), adapter_of(label.service.carrier)
    try:
        bought = carrier.find(order) if label.state == LabelState.IN_DOUBT else None
        if bought is None:
            if not doubt_label(label.pk):  # from the moment we ask until we hear the answer
                return
            bought = carrier.buy(order)
    except CarrierRefused as no:
        fail_label(label.pk, reason=str(no))
    except CarrierUnreachable as silence:
        trouble_with_label(label.pk, reason=f"No answer yet: {silence}")
        raise
    else:
        _keep(label, order, bought)


@job("shipping.void_label", queue="shipping", lease=timedelta(seconds=90))
def void_label_at_carrier(label_id: str) -> None:
    """Give one label back. One that was in doubt is looked up first: it may have been sold."""
    label = _label(label_id)
    if label.state != LabelState.VOIDING:
        return
    order, carrier = order_of(label), adapter_of(label.service.carrier)
    number = label.tracking_number
    if not number and (bought := carrier.find(order)):
        number = _keep(label, order, bought).tracking_number
    if number:
        try:
            carrier.void(order, number)
        except CarrierRefused as no:
            trouble = f"{no}; it is paid for and not used"
            raise CarrierRefused(trouble) from no  # a dead letter in the end: for a person
    if not record_void(label.pk, tracking_number=number):
        raise CarrierUnreachable(f"{label} was sold while it was being given back")  # once more


def _label(label_id: str) -> Label:
    return Label.objects.for_carrier().defer("pdf").get(pk=label_id)


def _keep(label: Label, order: LabelOrder, bought: BoughtLabel) -> Label:
    pdf = bought.pdf or draw_label(text_of(label, order, bought.tracking_number))
    return record_label(label.pk, tracking_number=bought.tracking_number, cost=bought.cost, pdf=pdf)


@takes("carrier")
def read_report(source: str, body: bytes) -> None:
    """Read a parked report again, as it came; its signature was checked when it did."""
    given = {name: str(value).strip() for name, value in json.loads(body).items()}
    moment = parse_datetime(given["happened_at"])
    if moment is None:
        raise ValueError(f"{given['happened_at']} is no moment")
    if moment.tzinfo is None:  # read as the doorway reads it: on the shop's clock
        moment = moment.replace(tzinfo=clock.shop_zone())
    report_in(source.partition(":")[2], {**given, "happened_at": moment})


def report_in(carrier: str, given: dict[str, Any]) -> None:
    """Record one report; raise UnknownParent while there is no such parcel."""
    number = given["tracking_number"]
    if not Parcel.objects.filter(carrier__code=carrier, tracking_number=number).exists():
        raise UnknownParent(f"no parcel {number} of {carrier} yet")
    record_tracking(
        number,
        carrier=carrier,
        code=given["code"],
        happened_at=given["happened_at"],
        place=given.get("place", ""),
    )
