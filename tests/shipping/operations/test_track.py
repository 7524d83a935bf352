"""Tracking: repeated, out of order, unknown; and what follows from it."""

from datetime import UTC, timedelta, timezone

import pytest

from core import clock
from core.errors import BadValue
from core.models import EventRecord
from orders.models import FulfillmentOrder, Order, OrderException
from shipping.errors import UnknownTrackingNumber
from shipping.models import Carrier, TrackingEvent
from shipping.operations.pack import pack_parcel
from shipping.operations.track import normalised, record_tracking
from tests.builders.shipping import given, handed_over, labelled, picked, with_label
from tests.races import at_once

pytestmark = pytest.mark.django_db


def report(parcel, code, *, hours=0, **parts):
    """Heard the day after, of something `hours` after now."""
    when = clock.now() + timedelta(hours=hours)
    with clock.pinned(when + timedelta(hours=24)):
        record_tracking(
            parcel.tracking_number, carrier=parcel.carrier.code, code=code, happened_at=when,
            **parts,
        )  # fmt: skip
    parcel.refresh_from_db()
    return when


def test_delivered_closes_the_fulfillment_order():
    parcel = handed_over(MUG=1)
    report(parcel, "accepted")
    assert parcel.state == "in_transit"

    when = report(parcel, "delivered", hours=5)

    assert (parcel.state, parcel.delivered_at) == ("delivered", when)
    fulfillment = FulfillmentOrder.objects.get()
    assert (fulfillment.status, fulfillment.delivered_at) == ("delivered", when)
    assert EventRecord.objects.filter(name="parcel.delivered").count() == 1


def test_the_same_report_twice_is_one():
    parcel = handed_over(MUG=1)
    now = clock.now()
    for _ in range(3):
        record_tracking(
            parcel.tracking_number, carrier=parcel.carrier.code, code="delivered", happened_at=now
        )

    assert TrackingEvent.objects.count() == 1
    assert EventRecord.objects.filter(name="order.delivered").count() == 1


def test_late_news_changes_nothing():
    parcel = handed_over(MUG=1)
    report(parcel, "delivered", hours=5)

    report(parcel, "out_for_delivery", hours=3)
    report(parcel, "accepted", hours=1)

    assert parcel.state == "delivered"
    assert TrackingEvent.objects.count() == 3


def test_a_scan_before_the_driver_signed_counts_at_hand_over():
    parcel = labelled(MUG=1)
    report(parcel, "in_transit")
    assert parcel.state == "labelled"
    report(parcel, "delivered", hours=2)

    given(parcel)

    assert parcel.state == "delivered"
    assert FulfillmentOrder.objects.get().status == "delivered"


def test_the_order_is_delivered_with_its_last_parcel():
    fulfillment = picked(MUG=2)
    line = fulfillment.lines.get().pk
    first = with_label(pack_parcel(fulfillment.pk, carton_code="M1", units={line: 1}))
    second = with_label(pack_parcel(fulfillment.pk, carton_code="M1", units={line: 1}))
    given(first, second)

    report(first, "delivered", hours=4)
    assert FulfillmentOrder.objects.get().status == "shipped"
    when = report(second, "delivered", hours=6)
    assert FulfillmentOrder.objects.get().delivered_at == when


def test_a_lost_parcel_raises_an_exception_until_it_is_found():
    parcel = handed_over(MUG=1)

    report(parcel, "lost")
    report(parcel, "lost", hours=1)

    raised = OrderException.objects.get()
    assert (parcel.state, raised.kind, raised.severity) == ("lost", "lost_parcel", 3)
    assert raised.order_id == parcel.fulfillment.order_id

    report(parcel, "in_transit", hours=2)
    raised.refresh_from_db()
    assert parcel.state == "in_transit"
    assert raised.resolved_at is not None


def test_news_that_it_was_lost_is_no_alarm_once_it_was_found():
    parcel = handed_over(MUG=1)
    report(parcel, "out_for_delivery", hours=3)

    report(parcel, "lost", hours=1)

    assert parcel.state == "in_transit"
    assert not OrderException.objects.exists()
    assert EventRecord.objects.filter(name="parcel.exception").count() == 1


def test_a_wrong_address_is_settled_when_it_arrives_all_the_same():
    parcel = handed_over(MUG=1)
    report(parcel, "exception_address", hours=1)
    assert OrderException.objects.get().resolved_at is None

    report(parcel, "delivered", hours=5)

    assert OrderException.objects.get().resolved_at is not None


def test_it_arrived_when_it_arrived_first_in_whatever_order_we_hear_of_it():
    parcel = handed_over(MUG=1)
    report(parcel, "delivered", hours=9)

    first = report(parcel, "delivered", hours=5)
    report(parcel, "delivered", hours=7)

    assert parcel.delivered_at == first


@pytest.mark.parametrize("hours", [-400, 20])
def test_a_clock_that_is_wrong_delivers_neither_before_it_left_nor_in_the_future(hours):
    parcel = handed_over(MUG=1)
    now = clock.now()

    record_tracking(
        parcel.tracking_number, carrier=parcel.carrier.code, code="delivered",
        happened_at=now + timedelta(hours=hours),
    )  # fmt: skip

    parcel.refresh_from_db()
    assert parcel.shipped_at <= parcel.delivered_at <= clock.now()
    assert Order.objects.get().delivered_at == parcel.delivered_at


def test_one_moment_on_two_clocks_is_one_report():
    parcel = handed_over(MUG=1)
    now = clock.now()
    for zone in (UTC, timezone(timedelta(hours=5))):
        record_tracking(
            parcel.tracking_number, carrier=parcel.carrier.code, code="in_transit",
            happened_at=now.astimezone(zone),
        )  # fmt: skip

    assert TrackingEvent.objects.count() == 1


@pytest.mark.parametrize(
    ("code", "kind", "state"),
    [
        ("exception_address", "bad_address", "in_transit"),
        ("damaged", "other", "in_transit"),
        ("returned", "other", "returned"),
    ],
)
def test_trouble_is_for_a_person(code, kind, state):
    parcel = handed_over(MUG=1)

    report(parcel, code)

    assert (parcel.state, OrderException.objects.get().kind) == (state, kind)
    assert EventRecord.objects.get(name="parcel.exception").payload["code"] == code


def test_a_carriers_own_codes_are_translated():
    assert normalised("DEL", {"DEL": "delivered"}) == "delivered"
    assert normalised("customs", {}) == "customs"
    assert normalised("???", {}) == "unknown"
    assert normalised("X", {"X": "nonsense"}) == "unknown"
    parcel = handed_over(MUG=1)
    Carrier.objects.update(codes={"ZU": "delivered"})

    report(parcel, "ZU")

    assert (parcel.state, TrackingEvent.objects.get().raw_code) == ("delivered", "ZU")


def test_what_nobody_understands_is_kept_and_moves_nothing():
    parcel = handed_over(MUG=1)

    report(parcel, "QX-19")

    assert (parcel.state, TrackingEvent.objects.get().code) == ("handed_over", "unknown")


def test_unknown_numbers_and_moments_are_refused():
    parcel = handed_over(MUG=1)
    for carrier, number in (("tern", "NOPE"), ("nobody", parcel.tracking_number), ("tern", "")):
        with pytest.raises(UnknownTrackingNumber):
            record_tracking(number, carrier=carrier, code="lost", happened_at=clock.now())
    with pytest.raises(BadValue):
        record_tracking(
            parcel.tracking_number, carrier=parcel.carrier.code, code="lost",
            happened_at=clock.now() + timedelta(days=4),
        )  # fmt: skip
    with pytest.raises(BadValue):
        record_tracking(
            parcel.tracking_number, carrier=parcel.carrier.code, code="lost",
            happened_at=clock.now().replace(tzinfo=None),
        )  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_two_last_parcels_that_arrive_at_once_deliver_the_order():
    fulfillment = picked(MUG=2)
    line = fulfillment.lines.get().pk
    parcels = [
        with_label(pack_parcel(fulfillment.pk, carton_code="M1", units={line: 1})) for _ in "ab"
    ]
    given(*parcels)
    left = [(parcel.tracking_number, parcel.carrier.code) for parcel in parcels]

    def arrives() -> None:
        number, carrier = left.pop()
        record_tracking(number, carrier=carrier, code="delivered", happened_at=clock.now())

    assert at_once(2, arrives) == []
    assert FulfillmentOrder.objects.get().status == "delivered"
