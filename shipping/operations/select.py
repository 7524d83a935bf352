"""Select a carrier: the cheapest that keeps the promise; or by hand, with a reason."""

from typing import Any

from django.db.models import Q
from django.utils import timezone

from core import clock
from core.decisions import record_decision
from core.events import publish
from core.models import Decision
from core.money import Money
from core.operations import lock, operation
from orders.models import FulfillmentOrder
from orders.operations.exceptions import raise_exception
from shipping.errors import ParcelMoveNotAllowed, ReasonNeeded, ServiceCannot
from shipping.events import CarrierFailed, CarrierSelected
from shipping.models import Label, Parcel
from shipping.operations.label import give_back, request_label, without_card_on
from shipping.rating.book import RateBook, rate_book
from shipping.rating.quote import POLICY, Quote, Shipment, choose, quotes
from shipping.states import LEVEL_RANK, LabelState, ParcelState

KIND = "shipping.select_carrier"
BY_HAND = "by hand"  # as a decision's policy: a person's choice


@operation(permission="shipping.select_carrier")
def select_carrier(parcel_id: int, *, again: bool = False) -> Parcel:
    """Give a packed parcel the cheapest service that keeps the promise, and ask for its label.

    The promise: the order's deliver-by day, and the level that the customer
    chose. When no service keeps it, the soonest is taken. Services that have
    refused this parcel are left out. A parcel that has a service keeps it, unless
    `again`; one that lost it to a new address keeps what a person had chosen, where
    that still goes. Every candidate and reject is stored as a decision. Publishes
    carrier.selected, or carrier.failed when no service can carry it.
    """
    parcel = lock(Parcel, parcel_id)
    if parcel.state != ParcelState.DRAFT or (parcel.service_id and not again):
        return parcel
    book, shipment = rate_book(), shipment_of(parcel)
    found = without_refused(parcel, quotes(book, shipment))
    chosen, policy = choose(found), POLICY
    sentence = _sentence(found, chosen, shipment)
    if not again and (wish := _chosen_by_hand(parcel)):
        kept = next((quote for quote in found if quote.offer.code == wish.chosen), None)
        if kept is not None and kept.feasible:
            chosen, policy, sentence = kept, BY_HAND, wish.sentence
        else:
            why = kept.reason if kept else "it is offered no more."
            sentence = f"{sentence} Not as before ({wish.sentence}): {why}"
    decision = _decide(parcel, book, shipment, found, chosen, sentence=sentence, policy=policy)
    if chosen is None:
        return _failed(parcel, sentence)
    _take(parcel, chosen, decision)
    if Label.objects.filter(parcel=parcel, state=LabelState.REQUESTED).exists():
        give_back(parcel, reason="selected again")
    request_label(parcel.pk)
    return parcel


@operation(permission="shipping.override_carrier")
def override_carrier(parcel_id: int, *, service_code: str, reason: str) -> Parcel:
    """Choose the service by hand, with a reason; a label bought already is given back.

    A choice that breaks the promise is allowed, one that the carrier does not
    offer is not. Raises ReasonNeeded, ServiceCannot, ParcelMoveNotAllowed.
    Publishes carrier.selected.
    """
    if not reason.strip():
        raise ReasonNeeded(field="reason")
    parcel = lock(Parcel, parcel_id)
    if parcel.state not in {ParcelState.DRAFT, ParcelState.IN_DOUBT, ParcelState.LABELLED}:
        raise ParcelMoveNotAllowed(
            number=parcel.number, status=parcel.get_state_display().lower(), wanted="sent otherwise"
        )
    reason = without_card_on(parcel, reason)
    book, shipment = rate_book(), shipment_of(parcel)
    found = quotes(book, shipment)
    chosen = next((quote for quote in found if quote.offer.code == service_code), None)
    if chosen is None or not chosen.feasible:
        raise ServiceCannot(
            service=service_code[:32], number=parcel.number, field="service_code",
            reason=chosen.reason if chosen else "there is no such service.",
        )  # fmt: skip
    sentence = f"{chosen.offer.name} by hand: {reason.strip()}"
    decision = _decide(parcel, book, shipment, found, chosen, sentence=sentence, policy=BY_HAND)
    give_back(parcel, reason=f"sent with {chosen.offer.name} instead")
    _take(parcel, chosen, decision)
    request_label(parcel.pk)
    return parcel


def _chosen_by_hand(parcel: Parcel) -> Decision | None:
    """The latest decision on the parcel, where a person made it."""
    decisions = Decision.objects.filter(kind=KIND, subject=f"parcel:{parcel.pk}")
    latest = decisions.order_by("-id").first()
    return latest if latest is not None and latest.policy == BY_HAND else None


def shipment_of(parcel: Parcel) -> Shipment:
    """The parcel as carriers see it, from its warehouse to the order's address."""
    work = FulfillmentOrder.objects.select_related("warehouse", "order__ship_to")
    parcel.fulfillment = work.get(pk=parcel.fulfillment_id)  # one query for all that follows
    order, warehouse = parcel.fulfillment.order, parcel.fulfillment.warehouse
    day = order.deliver_by.astimezone(timezone.get_default_timezone()).date() if (
        order.deliver_by
    ) else None  # fmt: skip
    return Shipment(
        from_country=warehouse.country,
        from_postcode=warehouse.postal_code,
        from_zone=warehouse.time_zone,
        to_country=order.ship_to.country,
        to_postcode=order.ship_to.postal_code,
        weight_grams=parcel.weight_grams,
        sides_mm=(parcel.length_mm, parcel.width_mm, parcel.height_mm),
        ready_at=clock.now(),
        deliver_by=day,
        level=order.service if order.service in LEVEL_RANK else "",
    )


def without_refused(parcel: Parcel, found: list[Quote]) -> list[Quote]:
    """The quotes, those of services that have refused this parcel turned into rejects.

    A refusal of another address than the order's says nothing of this one.
    """
    there = parcel.fulfillment.order.ship_to_id
    labels = Label.objects.filter(Q(ship_to=there) | Q(ship_to=None), parcel=parcel)
    refused = dict(labels.filter(state=LabelState.FAILED).values_list("service_id", "error"))
    return [
        Quote(offer=quote.offer, code="refused", reason=f"Refused this parcel: {no}"[:300])
        if (no := refused.get(quote.offer.id)) is not None
        else quote
        for quote in found
    ]


def _decide(  # noqa: PLR0913 - a decision has these parts
    parcel: Parcel,
    book: RateBook,
    shipment: Shipment,
    found: list[Quote],
    chosen: Quote | None,
    *,
    sentence: str,
    policy: str,
) -> Decision:
    return record_decision(
        KIND,
        f"parcel:{parcel.pk}",
        candidates=[quote.facts() for quote in found if not quote.code],
        rejects=[quote.facts() for quote in found if quote.code],
        chosen=chosen.offer.code if chosen else "",
        sentence=sentence,
        policy=policy,
        inputs=_inputs(shipment) | {"rates": book.revision},
    )


def _inputs(shipment: Shipment) -> dict[str, Any]:
    """What was known, without the address: the country and the first letters of the postcode."""
    return {
        "from": shipment.from_country,
        "to": shipment.to_country,
        "to_postcode_area": shipment.to_postcode[:2],
        "weight_grams": shipment.weight_grams,
        "sides_mm": list(shipment.sides_mm),
        "ready_at": shipment.ready_at.isoformat(),
        "deliver_by": shipment.deliver_by.isoformat() if shipment.deliver_by else None,
        "level": shipment.level,
    }


def _sentence(found: list[Quote], chosen: Quote | None, shipment: Shipment) -> str:
    if chosen is None or chosen.price is None:
        reasons = sorted({quote.reason for quote in found})
        return "No service can carry it. " + " ".join(reasons)[:300]
    kept = [quote for quote in found if not quote.code]
    told = f"{chosen.offer.name} for {chosen.price.total.shown()}, arriving {chosen.arrives}"
    if chosen.code:
        return f"{told}: no service keeps the promise; this one is the soonest."
    others = [quote for quote in kept if quote is not chosen and quote.price]
    until = f" that arrive by {shipment.deliver_by}" if shipment.deliver_by else ""
    if not others:
        return f"{told}: the only one{until.replace('arrive', 'arrives')} that can carry it."
    second: Quote = others[0]
    price: Money = second.price.company  # type: ignore[union-attr]
    return (
        f"{told}: the cheapest of {len(kept)}{until}; "
        f"the next is {second.offer.name} for {price.shown()}."
    )


def _take(parcel: Parcel, chosen: Quote, decision: Decision) -> None:
    assert chosen.price is not None  # noqa: S101 - a feasible quote has a price
    parcel.service_id, parcel.carrier_id = chosen.offer.id, chosen.offer.carrier_id
    parcel.cost = None  # before the currency: an amount is never read in another one's
    parcel.currency = chosen.price.total.currency
    parcel.cost = chosen.price.total
    parcel.deliver_by, parcel.problem = chosen.arrives, ""
    parcel.save()
    publish(
        CarrierSelected(
            parcel_id=parcel.pk, order_id=parcel.fulfillment.order_id, decision_id=decision.pk,
            number=parcel.number, service=chosen.offer.name,
        )
    )  # fmt: skip


def _failed(parcel: Parcel, reason: str) -> Parcel:
    parcel.problem = reason[:300]
    parcel.save()
    order_id = parcel.fulfillment.order_id
    publish(
        CarrierFailed(
            parcel_id=parcel.pk, order_id=order_id, number=parcel.number, reason=reason[:200]
        )
    )
    raise_exception(
        "carrier_failed",
        order_id=order_id,
        key=parcel.number,
        sentence=f"No carrier for parcel {parcel.number}: {reason}"[:300],
        facts={"parcel": parcel.number, "reason": reason[:300]},
        fix="Open the parcel and choose a service, or repack it.",
        severity=3,
    )
    return parcel
