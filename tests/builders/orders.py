"""Orders in any state, made through the operations."""

from decimal import Decimal
from itertools import count
from typing import Any

from core.money import Money
from inventory.models import Channel, StockLevel
from orders.intake import AddressIn, CustomerIn, LineIn, OrderIn, PaymentIn
from orders.models import FulfillmentOrder, Order
from orders.operations.fulfillment.pick import finish_picking, record_pick, start_picking
from orders.operations.fulfillment.ship import (
    deliver_fulfillment,
    finish_packing,
    ship_fulfillment,
)
from orders.operations.gates import clear_gate
from orders.operations.place import place_order
from orders.operations.release import release_order
from tests.builders.inventory import channel as a_channel
from tests.builders.inventory import stock

_refs = count(1)
LONDON = AddressIn(
    name="Ada Byron", line1="12 St James's Square", city="London", postal_code="SW1Y 4JH",
    country="GB",
)  # fmt: skip


def order_in(price: str = "10.00", *, paid: bool = True, **units_by_sku: int) -> OrderIn:
    """`order_in(MUG=2)`: a paid order for two MUG at 10.00 GBP to an address in London."""
    units_by_sku = units_by_sku or {"MUG": 1}
    lines = [
        LineIn(sku=code, units=units, unit_price=Decimal(price))
        for code, units in units_by_sku.items()
    ]
    total = Money.rounded(Decimal(price) * sum(units_by_sku.values()), "GBP")
    number = next(_refs)
    return OrderIn(
        channel_ref=f"T{number}",
        customer=CustomerIn(name="Ada Byron", email=f"ada{number}@example.com"),
        ship_to=LONDON,
        lines=lines,
        payment=PaymentIn(kind="captured", amount=total, gateway="card") if paid else None,
    )


def placed_order(
    channel: str | Channel = "web",
    *,
    given: OrderIn | None = None,
    stocked: bool = True,
    price: str = "10.00",
    **units_by_sku: int,
) -> Order:
    """`placed_order(MUG=2)`: an open order, its stock received and promised."""
    shop = a_channel(channel) if isinstance(channel, str) else channel
    wanted = given or order_in(price, **units_by_sku)
    if stocked:
        for line in wanted.lines:
            level = StockLevel.objects.filter(sku__code=line.sku, warehouse__code="LON").first()
            stock(line.sku, on_hand=(level.allocated if level else 0) + line.units)
    return place_order(shop.pk, wanted)


def released_order(channel: str | Channel = "web", **options: Any) -> FulfillmentOrder:
    """An order whose gates are all cleared, in the warehouse's hands."""
    order = placed_order(channel, **options)
    for gate in order.clearances.exclude(state="cleared"):
        clear_gate(order.pk, gate=gate.gate, sentence="test")
    return release_order(order.pk)[0]


def packed_order(channel: str | Channel = "web", **options: Any) -> FulfillmentOrder:
    """Picked and packed, as the order sees it; shipping's parcels are made by its own builders."""
    row = released_order(channel, **options)
    start_picking(row.pk)
    for line in row.lines.all():
        record_pick(row.pk, line_id=line.pk, units=line.units)
    finish_picking(row.pk)
    return finish_packing(row.pk)


def shipped_order(channel: str | Channel = "web", **options: Any) -> Order:
    """`shipped_order(MUG=2)`: everything has left."""
    row = packed_order(channel, **options)
    ship_fulfillment(row.pk)
    return Order.objects.get(pk=row.order_id)


def delivered_order(channel: str | Channel = "web", **options: Any) -> Order:
    """`delivered_order(MUG=2)`: everything has arrived; the order is closed."""
    order = shipped_order(channel, **options)
    for row in order.fulfillments.all():
        deliver_fulfillment(row.pk)
    return Order.objects.get(pk=order.pk)
