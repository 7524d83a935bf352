"""Orders that have left, and returns of them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import count

from core import clock
from core.money import Money
from inventory.models import Channel
from orders.models import Address, Customer, Order, OrderLine, PaymentEvent
from returns.models import ReturnAuthorization
from returns.operations.inspection import InspectionIn, inspect_return
from returns.operations.receive import receive_return
from returns.operations.request import ReturnLineIn, request_return
from tests.builders.inventory import channel, sku, stock

_refs = count(1)


def customer(name: str = "Ada", **fields: object) -> Customer:
    number = next(_refs)
    wanted = {"email": f"ada{number}@example.com", "email_key": f"ada{number}@example.com"}
    return Customer.objects.create(name=name, **(wanted | fields))


def shipped_order(  # noqa: PLR0913 - an order has these parts
    *lines: tuple[str, int, str],
    shipping: str = "0",
    discount: str = "0",
    fees: str = "0",
    captured: str | None = None,
    gateway: str = "local",
    days_ago: int = 3,
    of: Customer | None = None,
    on: str = "web",
    shipped: bool = True,
    **fields: object,
) -> Order:
    """`shipped_order(("MUG", 3, "10.00"))`: three MUG for 10.00 together, shipped and paid.

    An order of the past, as an import writes it: its stock has left already.
    """
    shop: Channel = channel(on)
    at: datetime = clock.now() - timedelta(days=days_ago)
    who = of or customer()
    where = Address.objects.create(customer=who, name=who.name, country="GB")
    wanted = lines or (("MUG", 1, "10.00"),)
    subtotal = sum((Money.of(price, shop.currency) for _, _, price in wanted), 0)
    total = (
        subtotal
        + Money.of(shipping, shop.currency)
        + Money.of(fees, shop.currency)
        - Money.of(discount, shop.currency)
    )
    number = next(_refs)
    order = Order.objects.create(
        number=f"T{number}",
        channel=shop,
        channel_ref=f"ref {number}",
        customer=who,
        ship_to=where,
        country="GB",
        status="closed",
        payment_status="paid",
        fulfillment_status="delivered" if shipped else "none",
        warehouse=shop.warehouses.first(),
        currency=shop.currency,
        subtotal=subtotal,
        shipping=Money.of(shipping, shop.currency),
        discount=Money.of(discount, shop.currency),
        fees=Money.of(fees, shop.currency),
        total=total,
        company_total=Money(total.minor, "GBP"),
        placed_at=at,
        ship_by=at,
        delivered_at=at if shipped else None,
        closed_at=at,
        **fields,
    )
    _lines(order, wanted, shipped=shipped)
    paid = total if captured is None else Money.of(captured, shop.currency)
    if paid:
        pay(order, paid, gateway=gateway)
    return order


def pay(order: Order, amount: Money, *, gateway: str = "local", kind: str = "captured") -> None:
    PaymentEvent.objects.create(
        order=order,
        kind=kind,
        amount=amount,
        gateway=gateway,
        reference=f"pay-{next(_refs)}",
        happened_at=clock.now(),
    )


def _lines(order: Order, wanted: Sequence[tuple[str, int, str]], *, shipped: bool) -> None:
    for position, (code, units, price) in enumerate(wanted, 1):
        item = sku(code)
        stock(code, on_hand=1)  # so that the level exists
        total = Money.of(price, order.currency)
        OrderLine.objects.create(
            order=order,
            position=position,
            sku=item,
            channel_sku=code,
            title=item.title,
            units=units,
            unit_price=total.amount / units,
            total=total,
            units_shipped=units if shipped else 0,
        )


def line(order: Order, position: int = 1) -> OrderLine:
    return order.lines.get(position=position)


def requested(order: Order, *units: int, approve: bool = True) -> ReturnAuthorization:
    """`requested(order, 2, 1)`: 2 units of the first line and 1 of the second may come back."""
    asks = [
        ReturnLineIn(order_line_id=line(order, place).pk, units=number)
        for place, number in enumerate(units or (1,), 1)
        if number
    ]
    return request_return(order.pk, lines=asks, approve=approve)


def inspected(
    order: Order, *units: int, grade: str = "A", disposition: str = "restock"
) -> ReturnAuthorization:
    """`inspected(order, 2)`: 2 units are back and graded; the money is still to be refunded."""
    rma = requested(order, *units)
    receive_return(rma.pk)
    results = [
        InspectionIn(line_id=back.pk, units=back.units, grade=grade, disposition=disposition)
        for back in rma.lines.all()
    ]
    return inspect_return(rma.pk, results=results)
