"""What waits for people on the demo's last day: one of each thing that a newcomer looks for."""

from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

from core import clock
from core.actor import acting
from core.errors import Refused
from core.money import Money
from core.notes import add_note
from inventory.models import Channel, StockLevel, Warehouse
from inventory.operations.catalog.listings import find_or_list
from opsmgr.demo import talk
from opsmgr.demo.background import settle
from opsmgr.demo.places import address_in
from opsmgr.demo.staff import stops
from opsmgr.demo.words import ARRIVED, WAITING
from opsmgr.demo.world import World
from orders.intake import LineIn, PaymentIn
from orders.models import FulfillmentOrder, Order
from orders.operations.exceptions import raise_exception
from orders.operations.hold import hold_order
from orders.operations.place import place_order
from orders.states import ExceptionKind, FulfillmentOrderStatus
from returns.models import ReturnAuthorization
from returns.operations.inspection import InspectionIn, inspect_return
from returns.operations.receive import receive_return
from returns.operations.refund import refund_order
from shipping.operations.pack import pack_parcel
from shipping.operations.pick import make_pick_list

HOLDS = [
    ("customer", "Asked to wait until they are back from holiday."),
    ("manual", "Wants a gift card in the parcel; ask the warehouse."),
    ("address", "Rang: the house number may be wrong."),
    ("stock", "The buyer counts this shelf first."),
]
NOTES = [
    "Regular customer: put in a sample of the new range.",
    "Called twice about the delivery date; promised Thursday.",
    "Second try after the first parcel came back; mind the flat number.",
]


def leave_open(world: World, at: datetime) -> None:
    """Leave a believable morning's work undone."""
    with clock.pinned(at):
        _shady_orders(world, at)
        _odd_orders(world, at)
        settle(figures=False)
        _holds(world)
        _half_done(world)
        _returns(world)
        _large_refund(world)
        recent = Order.objects.filter(historical=False).select_related("customer")
        talk.ask(world.chance, recent.order_by("-placed_at")[:40], WAITING, rate=0.12)
        delivered = recent.exclude(delivered_at=None).order_by("-delivered_at")
        talk.ask(world.chance, delivered[:40], ARRIVED, rate=0.12)
        settle()


def _shady_orders(world: World, at: datetime) -> None:
    """One device, several names, dear goods, a card that does not fit: for the analyst."""
    if world.demand is None:
        return
    chance, (channel, buyers, _) = world.chance, world.demand.channels[0]
    for place in range(14):
        buyer = replace(chance.choice(buyers), device="dev-5ha0d7", ip="198.51.100.23")
        moment = at - timedelta(minutes=20 * (14 - place))
        given = world.baskets.order_in(channel, buyer, moment)
        lines = [replace(line, units=line.units + 4) for line in given.lines]
        total = sum(
            (Money.rounded(line.unit_price * line.units, channel.currency) for line in lines),
            Money.zero(channel.currency),
        )
        bad = replace(
            given, lines=lines, charges=[], service="express",
            bill_to=address_in(chance, "US", "J. Doe"),
            payment=PaymentIn(
                kind="authorized", amount=total, gateway="local",
                reference=f"odd-{place}-{at:%Y%m%d}", avs="N", cvv=chance.choice("NM"),
            ),
        )  # fmt: skip
        with clock.pinned(moment), suppress(Refused):
            place_order(channel.pk, bad)


def _odd_orders(world: World, at: datetime) -> None:
    """Oversold on the marketplace; a code that nobody has mapped; a card number in the address."""
    if world.demand is None:
        return
    bazaar, buyers, _ = next(row for row in world.demand.channels if row[0].marketplace)
    rare = StockLevel.objects.filter(warehouse__code="LON").with_available()
    level = rare.filter(available__gt=0).select_related("sku").order_by("available", "id").first()
    if level is not None:
        sold = LineIn(channel_sku=level.sku.code, title=level.sku.title, units=level.on_hand + 2,
                      unit_price=level.sku.unit_price)  # fmt: skip
        _place(world, bazaar, buyers[0], at, lines=[sold])
    good = world.demand.goods[3]
    for ending in ("SET", "XL", "GIFT"):
        find_or_list(bazaar.pk, f"{good.code}/{ending}", f"{good.title}, {ending.lower()}")
    unknown = LineIn(channel_sku=f"{good.code}/SET", title=good.title, unit_price=good.price)
    _place(world, bazaar, buyers[1], at, lines=[unknown])
    noted = replace(buyers[2].address, line2="charge 4111 1111 1111 1111 please")
    _place(world, bazaar, buyers[2], at, ship_to=noted)
    refused = _place(world, bazaar, buyers[3], at, payment=None)
    if refused is not None:
        raise_exception(
            ExceptionKind.PAYMENT_FAILED,
            order_id=refused.pk,
            key=f"payment of order {refused.pk}",
            sentence=f"The bank has refused the card for order {refused.number}.",
            facts={"gateway": "local", "answer": "insufficient funds"},
            fix="Ask the customer for another way to pay.",
        )


def _place(world: World, channel: Channel, buyer, at: datetime, **parts) -> Order | None:
    given = replace(world.baskets.order_in(channel, buyer, at), **parts)
    if "payment" not in parts and given.payment is not None:
        currency = channel.currency
        total = sum(
            (Money.rounded(line.unit_price * line.units, currency) for line in given.lines),
            Money.zero(currency),
        )
        paid = replace(given.payment, amount=total)
        given = replace(given, charges=[], payment=paid)
    with suppress(Refused):
        return place_order(channel.pk, given)
    return None


def _holds(world: World) -> None:
    """Some are held since today, one for days: it is late by now."""
    staff = world.staff
    waiting = Order.objects.not_shipped().filter(why_code="to_pick").order_by("placed_at", "id")
    chosen = [*waiting[:1], *waiting.reverse()[: len(HOLDS) - 1]]
    with acting(staff.agent):
        for order, (kind, reason) in zip(chosen, HOLDS, strict=False):
            hold_order(order.pk, kind=kind, reason=reason)
        for order, text in zip(waiting.reverse()[6:], NOTES, strict=False):
            add_note(f"order:{order.pk}", text)


def _half_done(world: World) -> None:
    """Labelled and waiting for the driver; picked, not packed; a walk half done; a bad carton."""
    staff = world.staff
    for house in world.warehouses[:2]:
        staff.pick(house, most=6)
        staff.pack(house)
    settle(figures=False)
    for house in world.warehouses[:2]:
        staff.pick(house, most=4)
    _pack_too_much(world, world.warehouses[0])
    for house in world.warehouses:
        with acting(staff.picker), suppress(Refused):
            picks = make_pick_list(house.pk, limit=5)
            lines = stops(picks)
            staff.walk(picks, lines[: len(lines) // 2])


def _pack_too_much(world: World, house: Warehouse) -> None:
    """One parcel as a beginner packs it: everything in one, far too heavy for any carrier."""
    picked = FulfillmentOrder.objects.filter(
        warehouse=house, status=FulfillmentOrderStatus.PICKED
    ).order_by("-id")
    with acting(world.staff.picker):
        for row in picked[:1]:
            pack_parcel(row.pk, carton_code="X1", weight_grams=41_500)


def _returns(world: World) -> None:
    """Some have come and wait to be inspected; some are inspected and wait for their money."""
    staff = world.staff
    approved = ReturnAuthorization.objects.filter(status="approved").order_by("id")
    with acting(staff.manager):
        for place, rma in enumerate(approved[:7]):
            receive_return(rma.pk)
            if place % 3 == 0:
                results = [
                    InspectionIn(line_id=line.pk, units=line.units_received, grade="A",
                                 disposition="restock")
                    for line in rma.lines.filter(units_received__gt=0)
                ]  # fmt: skip
                inspect_return(rma.pk, results=results)


def _large_refund(world: World) -> None:
    """One refund is so large that a second person has to decide."""
    sent = Order.objects.filter(payment_status="paid", currency="GBP").exclude(delivered_at=None)
    order = sent.order_by("-total").first()
    if order is not None:
        with acting(world.staff.agent), suppress(Refused):
            refund_order(order.pk, amount=order.total, reason="Came five days late for a wedding")
