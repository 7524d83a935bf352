"""Take in a new order: the hottest path there is; one round trip writes it."""

import json
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from django.conf import settings
from structlog.contextvars import get_contextvars

from core import clock
from core.actor import current_actor
from core.cards import may_hold_card
from core.errors import BadValue, NotThere
from core.events import wake_relay_after_commit
from core.ids import new_public_id
from core.money import Money
from core.operations import operation, require_reach
from core.statements import run_sql
from inventory.models import Channel
from inventory.operations.stock.allocate import out_of_stock, try_allocate
from inventory.operations.stock.reserve import free_expired, use_reservation
from inventory.preorder_room import left_by_level
from orders import calendars
from orders.addresses import phone_of, problem_of
from orders.errors import ChannelClosed, SameReferenceOtherOrder
from orders.intake import AddressIn, OrderIn
from orders.models import Order
from orders.operations.card_numbers import flag_cards, without_cards
from orders.operations.exceptions import raise_exception
from orders.operations.payments import note_overpaid
from orders.operations.pricing import Priced, priced
from orders.operations.saving import save_order
from orders.operations.without_stock import note_short, take_preorder
from orders.states import (
    ClearanceState,
    ExceptionKind,
    Gate,
    OrderStatus,
    PaymentKind,
    PaymentStatus,
)
from orders.why import ORDER

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
LATEST = timedelta(minutes=10)  # clocks differ; an order from further ahead is a mistake


@operation(permission="orders.place_order")
def place_order(channel_id: int, given: OrderIn, *, historical: bool = False) -> Order:
    """Take in one order of a channel, once, and promise its stock.

    The channel's first ranked warehouse that covers all lines is promised. The same reference
    again returns the order that is there; with other contents it raises SameReferenceOtherOrder.
    What no warehouse covers is preordered where offers are open. Raises ChannelClosed, UnknownSku,
    BadValue, and OutOfStock unless the channel is a marketplace (what it has accepted is taken in
    short, with an exception). A `reservation` gives its units to
    the order. A card number in any text is
    masked and flagged. Publishes order.placed.
    """
    channel = _open_channel(channel_id)
    ranked = list(
        channel.ranks.filter(warehouse__active=True).select_related("warehouse").order_by("rank")
    )
    told = _told(given)
    masked: list[str] = []
    if may_hold_card(told):
        given, masked = without_cards(given)
        told = _told(given)
    sums = priced(channel, given)
    if given.reservation and not historical:
        use_reservation(
            given.reservation,
            reference=f"{channel.code} {given.channel_ref}"[:100],
            sku_ids=[line["sku_id"] for line in sums.lines if line["sku_id"]],
            warehouse_ids=[rank.warehouse_id for rank in ranked],
        )
    doc = _document(channel, given, sums, [rank.warehouse for rank in ranked])
    doc |= {"historical": historical, "promise": not historical}
    doc |= {"fingerprint": sha256(told.encode()).hexdigest()}
    if historical:
        doc |= {"clearances": [], "why_code": ""}
    made = json.loads(run_sql("orders/place", doc=json.dumps(doc, default=str))[0]["made"])
    if made["known"]:
        return _known(channel, given, made, doc["fingerprint"])
    wake_relay_after_commit()
    if not historical:
        _shortages(channel, given, sums, made, [rank.warehouse_id for rank in ranked])
    if masked:
        flag_cards(made["id"], made["number"], masked)
    return Order.objects.for_list().get(pk=made["id"])


def _open_channel(channel_id: int) -> Channel:
    require_reach("channel", channel_id=channel_id)
    channel = Channel.objects.filter(pk=channel_id).first()
    if channel is None:
        raise NotThere(kind="channel")
    if not channel.active:
        raise ChannelClosed(field="channel", channel=channel.code)
    return channel


def _known(channel: Channel, given: OrderIn, made: dict[str, Any], fingerprint: str) -> Order:
    if made["fingerprint"] and made["fingerprint"] != fingerprint:
        raise SameReferenceOtherOrder(
            field="channel_ref", channel=channel.code, ref=given.channel_ref, number=made["number"]
        )
    return Order.objects.for_list().get(pk=made["id"])


def _document(channel: Channel, given: OrderIn, sums: Priced, warehouses: list[Any]) -> dict:
    """What `orders_place` writes, checked and complete."""
    now = clock.now()
    placed_at = given.placed_at or now
    if placed_at > now + LATEST:
        raise BadValue(field="placed_at", fix="The order is from the future; check the time zone.")
    if placed_at < EARLIEST:
        raise BadValue(field="placed_at", fix=f"No order is from before {EARLIEST.year}.")
    place = warehouses[0] if warehouses else None
    ship_by = calendars.ship_by(
        placed_at,
        hours=channel.handling_hours,
        country=place.country if place else "",
        time_zone=place.time_zone if place else settings.TIME_ZONE,
        cutoff=place.cutoff if place else None,
    )
    country = _country(given.ship_to)
    problem = problem_of(given.ship_to)
    payment_status = _payment_status(given, sums.total)
    clearances = _clearances(channel, problem, payment_status)
    customer = given.customer
    mail = customer.email.strip().lower()
    ref = f"{channel.code}:{customer.ref}" if customer.ref else ""  # neither: somebody new
    if len(ref) > 100:
        raise BadValue(field="customer.ref", fix=f"At most {99 - len(channel.code)} characters.")
    return {
        "channel_id": channel.pk,
        "channel_ref": given.channel_ref,
        "public_id": new_public_id(),
        "actor": current_actor().name,
        "request_id": get_contextvars().get("request_id") or "",
        "placed_at": placed_at.isoformat(),
        "ship_by": ship_by.isoformat(),
        "deliver_by": calendars.deliver_by(
            ship_by, service=given.service, country=country
        ).isoformat(),
        "customer": {
            "public_id": new_public_id(),
            "name": customer.name,
            "email": customer.email.strip(),
            "email_key": mail,
            "external_ref": "" if mail else ref,
            "phone": phone_of(customer.phone, country),
            "company": customer.company,
        },
        "ship_to": _address(given.ship_to, problem),
        "bill_to": _address(given.bill_to, "") if given.bill_to else None,
        "country": country,
        "status": OrderStatus.OPEN,
        "payment_status": payment_status,
        "fulfillment_status": "none",
        "why_code": _first_why(clearances),
        "service": given.service,
        "currency": channel.currency,
        **sums.document(),
        "closed_at": None,
        "test": given.test,
        "ip": given.ip,
        "device": given.device,
        "clearances": clearances,
        "payment": _payment(given),
        "warehouse_ids": [warehouse.pk for warehouse in warehouses],
    }


def _address(given: AddressIn, problem: str) -> dict[str, str]:
    country = _country(given)
    return asdict(given) | {
        "country": country,
        "phone": phone_of(given.phone, country),
        "problem": problem[:200],
    }


def _country(given: AddressIn) -> str:
    """Two letters in any case; what is no code is XX, and the address has a problem."""
    country = given.country.strip().upper()
    return country if len(country) == 2 else "XX"


def _payment(given: OrderIn) -> dict[str, Any] | None:
    if given.payment is None:
        return None
    amount = given.payment.amount.minor
    reference = given.payment.reference or given.channel_ref
    return asdict(given.payment) | {"amount": amount, "reference": reference}


def _payment_status(given: OrderIn, total: Money) -> PaymentStatus:
    paid = given.payment
    if paid is None:
        return PaymentStatus.UNPAID if total else PaymentStatus.PAID
    if paid.kind not in (PaymentKind.AUTHORIZED, PaymentKind.CAPTURED):
        raise BadValue(field="payment.kind", fix="One of: authorized, captured.")
    if paid.amount.currency != total.currency or paid.amount.minor < 0:
        fix = f"Send the amount in {total.currency}, not negative."
        raise BadValue(field="payment.amount", fix=fix)
    if paid.amount < total:
        return PaymentStatus.UNPAID
    return PaymentStatus.PAID if paid.kind == PaymentKind.CAPTURED else PaymentStatus.AUTHORIZED


def _clearances(channel: Channel, problem: str, paid: PaymentStatus) -> list[dict[str, str]]:
    rows = []
    for gate in channel.clearances:
        clear = {
            Gate.PAYMENT: paid in (PaymentStatus.PAID, PaymentStatus.AUTHORIZED),
            Gate.ADDRESS: not problem,
        }.get(Gate(gate), False)
        sentence = f"The address cannot be delivered to: {problem}." if gate == "address" else ""
        rows.append(
            {
                "gate": gate,
                "state": ClearanceState.CLEARED if clear else ClearanceState.PENDING,
                "sentence": "" if clear else sentence[:300],
            }
        )
    return rows


def _first_why(clearances: list[dict[str, str]]) -> str:
    codes = [f"{row['gate']}_pending" for row in clearances if row["state"] == "pending"]
    return min(codes, key=ORDER.index, default="ready_to_release")


def _told(given: OrderIn) -> str:
    """All that the channel said, in one spelling; its digest knows the order again."""
    said = asdict(given) | {"placed_at": None}
    said.pop("reservation")  # where its stock comes from is not what was ordered
    return json.dumps(said, sort_keys=True, default=str)


def _shortages(
    channel: Channel, given: OrderIn, sums: Priced, made: dict[str, Any], warehouses: list[int]
) -> None:
    """What no warehouse covers is refused, or (a marketplace has accepted it) noted as short."""
    order_id, number = made["id"], made["number"]
    raised = made["warehouse_id"] is None and _without_stock(channel, made, warehouses)
    for unknown in sums.unknown:
        raise_exception(
            ExceptionKind.UNKNOWN_SKU,
            order_id=order_id,
            key=f"order {order_id} {unknown}"[:100],
            sentence=f"Order {number} sells {unknown}, which is mapped to no SKU.",
            facts={"channel_sku": unknown},
            fix="Map the listing to a SKU.",
            severity=3,
        )
        raised = True
    if problem := problem_of(given.ship_to):
        raise_exception(
            ExceptionKind.BAD_ADDRESS,
            order_id=order_id,
            key=f"order {order_id}",
            sentence=f"Order {number} cannot be delivered to its address: {problem}."[:300],
            facts={"problem": problem},
            fix="Ask the customer and correct the address.",
        )
    if raised:
        save_order(Order.objects.get(pk=order_id))
    paid = given.payment
    if paid and paid.kind == PaymentKind.CAPTURED and paid.amount > sums.total:
        note_overpaid(Order.objects.get(pk=order_id))


def _without_stock(channel: Channel, made: dict[str, Any], warehouses: list[int]) -> bool:
    """Cover what no warehouse covers; whether the order waits for something then.

    By what is held too long, by preorders, and for a marketplace by being short.
    """
    if not made["line_ids"]:
        return False
    lines = list(zip(made["line_ids"], made["sku_ids"], made["units"], strict=True))
    if _freed(made["id"], lines, warehouses):
        return False
    offered = left_by_level({sku_id for _, sku_id, _ in lines}, warehouses)
    if offered and take_preorder(made["id"], lines, warehouses):
        return True
    if not channel.marketplace:
        raise out_of_stock(lines, warehouses, offered=offered)
    note_short(made["id"], made["number"], lines, warehouses, offered=bool(offered))
    return True


def _freed(order_id: int, lines: list[tuple[int, int, int]], warehouses: list[int]) -> bool:
    """Whether it is covered once those let go who hold units beyond their time."""
    if not free_expired({sku_id for _, sku_id, _ in lines}, warehouses):
        return False
    place = try_allocate(lines, warehouse_ids=warehouses)
    if place is not None:
        Order.objects.filter(pk=order_id).update(warehouse_id=place)
    return place is not None
