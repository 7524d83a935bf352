"""Follow a parcel: keep each report once, and draw the conclusions."""

from datetime import UTC, datetime, timedelta

from core import clock
from core.cards import mask_cards
from core.errors import BadValue
from core.events import publish
from core.operations import lock, operation
from orders.models import FulfillmentOrder
from orders.operations.exceptions import raise_exception, settle_exceptions
from orders.operations.fulfillment.ship import deliver_fulfillment
from orders.states import ExceptionKind, FulfillmentOrderStatus
from shipping.errors import UnknownTrackingCode, UnknownTrackingNumber
from shipping.events import ParcelDelivered, ParcelException, ParcelTracked
from shipping.journey import TROUBLE, delivered_at, state_after
from shipping.models import Carrier, Parcel, TrackingEvent
from shipping.states import HAS_LEFT, ParcelState, TrackingCode

AHEAD_MOST = timedelta(hours=26)  # clocks of carriers without a time zone
SENTENCES = {
    TrackingCode.LOST: (
        "{carrier} has lost parcel {number}.",
        "Send it again or refund it, on the page of the parcel.",
    ),
    TrackingCode.EXCEPTION_ADDRESS: (
        "{carrier} cannot find the address of parcel {number}.",
        "Ask the customer and tell the carrier.",
    ),
    TrackingCode.DAMAGED: ("{carrier} has damaged parcel {number}.", "Claim it; send it again."),
    TrackingCode.RETURNED: (
        "{carrier} brings parcel {number} back.",
        "Take it in at the returns desk; ask the customer.",
    ),
}

OVER = {  # what a parcel must be for the trouble to be over
    TrackingCode.LOST: {ParcelState.IN_TRANSIT, ParcelState.DELIVERED, ParcelState.RETURNED},
    TrackingCode.EXCEPTION_ADDRESS: {ParcelState.DELIVERED, ParcelState.RETURNED},
}


@operation(permission="shipping.record_tracking")
def record_tracking(
    tracking_number: str,
    *,
    carrier: str,
    code: str,
    happened_at: datetime,
    place: str = "",
    raw: str = "",
) -> Parcel:
    """Keep one report of a carrier, once; order and repetition do not matter.

    `carrier` and `code` are codes; a code that is not ours is translated by the
    carrier's own list, else kept as unknown. Delivered closes the fulfillment
    order with its last parcel. Raises UnknownTrackingNumber, BadValue. Publishes
    parcel.tracked, parcel.delivered or parcel.exception.
    """
    if happened_at.tzinfo is None or happened_at > clock.now() + AHEAD_MOST:
        raise BadValue(
            field="happened_at", fix="Send a moment with a time zone, not in the future."
        )
    seller = Carrier.objects.filter(code=carrier).first()
    known = Parcel.objects.filter(carrier=seller, tracking_number=tracking_number or None)
    found = known.values_list("pk", flat=True).first() if seller else None
    if found is None:
        raise UnknownTrackingNumber(
            carrier=carrier[:32], tracking_number=tracking_number[:64], field="tracking_number"
        )
    parcel = with_siblings(found)
    normal = normalised(code, seller.codes)
    event, is_new = TrackingEvent.objects.get_or_create(
        parcel=parcel,
        key=f"{normal} {raw or code} {happened_at.astimezone(UTC).isoformat()}"[:200],
        defaults={
            "code": normal, "raw_code": (raw or code)[:64], "place": mask_cards(place)[0][:100],
            "happened_at": happened_at,
        },
    )  # fmt: skip
    if is_new:
        before = parcel.state
        follow(parcel)
        if parcel.written_off_at and parcel.state != before:
            _tell_of_find(parcel)
        state = state_after(_reports(parcel))
        _tell(parcel, event, state)
        _settle(parcel, state)
    return parcel


def with_siblings(parcel_id: int) -> Parcel:
    """The parcel, locked with its siblings: two last ones that arrive at once see each other."""
    own = Parcel.objects.filter(pk=parcel_id).values("fulfillment")
    rows = Parcel.objects.select_for_update(no_key=True, of=("self",)).filter(fulfillment__in=own)
    list(rows.order_by("id").values_list("pk"))
    return lock(Parcel, parcel_id)


def normalised(code: str, codes: dict[str, str]) -> TrackingCode:
    """The carrier's code in our vocabulary; unknown when nobody has said what it means."""
    for word in (codes.get(code, code), code):
        if word in TrackingCode.values:
            return TrackingCode(word)
    return TrackingCode.UNKNOWN


def check_code(code: str) -> None:
    """For people who record by hand: the code must be one of ours. Raises UnknownTrackingCode."""
    if code not in TrackingCode.values:
        raise UnknownTrackingCode(code=code[:20], field="code")


def follow(parcel: Parcel) -> None:
    """Bring a locked parcel to where its reports say it is, once it has been handed over."""
    if parcel.state not in HAS_LEFT:
        return
    reports = _reports(parcel)
    wanted, moment = state_after(reports), _delivered_at(parcel, reports)
    moves = wanted is not None and wanted != parcel.state
    if not moves and moment == parcel.delivered_at:
        return
    if wanted is not None and moves:
        parcel.become(wanted)
    parcel.delivered_at = moment
    parcel.save(update_fields=["state", "delivered_at", "updated_at"])
    if moves and wanted == ParcelState.DELIVERED:
        _delivered(parcel)


def _reports(parcel: Parcel) -> list[tuple[datetime, str]]:
    return list(parcel.tracking.values_list("happened_at", "code"))


def _delivered_at(parcel: Parcel, reports: list[tuple[datetime, str]]) -> datetime | None:
    """When it arrived first: not before it left, nor after we heard of it, as clocks differ."""
    first = delivered_at(reports)
    if first is None or parcel.shipped_at is None:
        return parcel.delivered_at
    return max(min(first, parcel.delivered_at or clock.now()), parcel.shipped_at)


def _delivered(parcel: Parcel) -> None:
    fulfillment = FulfillmentOrder.objects.get(pk=parcel.fulfillment_id)
    publish(
        ParcelDelivered(
            parcel_id=parcel.pk, order_id=fulfillment.order_id,
            fulfillment_id=fulfillment.pk, number=parcel.number,
        )
    )  # fmt: skip
    siblings = list(Parcel.objects.live().filter(fulfillment=fulfillment))
    there = all(sibling.is_over for sibling in siblings)
    if there and fulfillment.status == FulfillmentOrderStatus.SHIPPED:
        last = max(sibling.delivered_at for sibling in siblings if sibling.delivered_at)
        deliver_fulfillment(fulfillment.pk, delivered_at=last)


def _tell(parcel: Parcel, event: TrackingEvent, state: ParcelState | None) -> None:
    """Publish the report, and raise what needs a person; old news that is over needs nobody."""
    order_id = parcel.fulfillment.order_id
    if event.code not in TROUBLE:
        if event.code != TrackingCode.DELIVERED:
            publish(
                ParcelTracked(
                    parcel_id=parcel.pk, order_id=order_id, number=parcel.number,
                    code=event.get_code_display().lower(),
                )
            )  # fmt: skip
        return
    code = TrackingCode(event.code)
    publish(
        ParcelException(
            parcel_id=parcel.pk, order_id=order_id, fulfillment_id=parcel.fulfillment_id,
            number=parcel.number, code=code.value,
        )
    )  # fmt: skip
    if code in OVER and state in OVER[code]:
        return
    if code == TrackingCode.LOST and parcel.written_off_at is not None:
        return
    sentence, fix = SENTENCES[code]
    raise_exception(
        TROUBLE[code],
        order_id=order_id,
        key=f"{parcel.number} {code.value}",
        sentence=sentence.format(carrier=parcel.carrier, number=parcel.number),
        facts={"parcel": parcel.number, "code": code.value, "place": event.place},
        fix=fix,
        severity=3 if code == TrackingCode.LOST else 2,
    )


def _tell_of_find(parcel: Parcel) -> None:
    """What was written off has turned up: the customer may have it twice, or for nothing."""
    if parcel.state not in (ParcelState.DELIVERED, ParcelState.RETURNED):
        return
    remedy = "sent again" if parcel.sent_again else "refunded"
    if parcel.state == ParcelState.DELIVERED:
        fix = "Ask the customer to send it back, or to keep it and pay for it."
    else:
        fix = "Take its units in by a stock adjustment."
    raise_exception(
        ExceptionKind.LOST_PARCEL,
        order_id=parcel.fulfillment.order_id,
        key=f"{parcel.number} found {parcel.state}",
        sentence=f"Parcel {parcel.number} is {parcel.get_state_display().lower()}, after it was"
        f" written off as lost and {remedy}.",
        facts={"parcel": parcel.number, "state": parcel.state, "sent_again": parcel.sent_again},
        fix=fix,
    )


def _settle(parcel: Parcel, state: ParcelState | None) -> None:
    """Nobody need look any more at trouble that its later reports have ended."""
    for code, states in OVER.items():
        if state in states:
            settle_exceptions(
                ExceptionKind(TROUBLE[code]),
                f"{parcel.number} {code.value}",
                resolution=f"It is {state.label.lower()} now." if state else "",
            )
