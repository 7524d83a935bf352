"""What waits for people on the demo's last day: reviews, holds, walks half done."""

from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from core import clock
from core.actor import acting
from core.errors import Refused
from core.money import Money
from inventory.models import Warehouse
from opsmgr.demo.background import settle
from opsmgr.demo.customers import Customers
from opsmgr.demo.people import address_in
from opsmgr.demo.staff import Staff
from opsmgr.demo.world import Demand
from orders.intake import OrderIn, PaymentIn
from orders.models import Order
from orders.operations.hold import hold_order
from orders.operations.place import place_order
from orders.states import OrderStatus
from returns.models import ReturnAuthorization
from returns.operations.receive import receive_return
from shipping.operations.pick import make_pick_list, pick_unit

HOLDS = [
    ("customer", "Asked to wait until they are back from holiday."),
    ("manual", "Wants a gift card in the parcel; ask the warehouse."),
    ("address", "Rang: the house number may be wrong."),
]


def leave_open(at: datetime, *, seed: int, demand: Demand) -> None:
    """Leave a believable morning's work undone."""
    chance = Random(f"today {seed}")  # noqa: S311 - the same for the same seed
    customers, staff = Customers(chance, demand.goods), Staff(chance)
    _shady_orders(customers, demand, at)
    with clock.pinned(at):
        settle(figures=False)
        _holds(staff)
        for warehouse in Warehouse.objects.filter(code__in=["LON", "BER"]):
            _half_a_walk(staff, warehouse)
        with acting(staff.manager):
            for rma in ReturnAuthorization.objects.filter(status="approved").order_by("id")[:4]:
                receive_return(rma.pk)
        settle()


def _shady_orders(customers: Customers, demand: Demand, at: datetime) -> None:
    """One device, several names, dear goods, a card that does not fit: for the analyst."""
    chance, (channel, buyers, _) = customers.chance, demand.channels[0]
    for place in range(14):
        buyer = replace(chance.choice(buyers), device="dev-5ha0d7", ip="198.51.100.23")
        moment = at - timedelta(minutes=20 * (14 - place))
        given = customers.order_in(channel, buyer, moment)
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
        with clock.pinned(moment):
            _place(channel.pk, bad)


def _place(channel_id: int, given: OrderIn) -> None:
    try:
        place_order(channel_id, given)
    except Refused:
        return


def _holds(staff: Staff) -> None:
    waiting = Order.objects.filter(status=OrderStatus.OPEN, fulfillment_status="released")
    with acting(staff.agent):
        for order, (kind, reason) in zip(waiting.order_by("-id")[:3], HOLDS, strict=False):
            hold_order(order.pk, kind=kind, reason=reason)


def _half_a_walk(staff: Staff, warehouse: Warehouse) -> None:
    """Some is packed and labelled and waits for its driver; one walk is half done."""
    staff.pick_and_pack(warehouse, most=6)
    settle(figures=False)
    with acting(staff.picker):
        try:
            picks = make_pick_list(warehouse.pk, limit=5)
        except Refused:
            return
        lines = list(picks.lines.select_related("sku", "bin").order_by("position"))
        place = None
        for line in lines[: len(lines) // 2]:
            if line.bin is not None and line.bin_id != place:
                pick_unit(picks.pk, barcode=line.bin.code)
                place = line.bin_id
            pick_unit(picks.pk, barcode=line.sku.code, units=line.units)
