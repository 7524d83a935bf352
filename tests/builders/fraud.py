"""Orders that risk has looked at."""

from dataclasses import replace
from typing import Any

from fraud.models import OrderRisk
from fraud.operations.assess import assess_order
from inventory.models import Channel
from orders.intake import OrderIn, PaymentIn
from orders.models import Order
from tests.builders.inventory import channel
from tests.builders.orders import order_in, placed_order


def guarded(code: str = "guarded", **fields: Any) -> Channel:
    """A channel whose orders must pass the risk gate."""
    return channel(code, clearances=["risk"], **fields)


def risky(**fields: Any) -> OrderIn:
    """What a thief orders: wrong card code and address, a throw-away mail address (95 points)."""
    plain = order_in("10.00", MUG=1)
    paid = plain.payment
    assert paid is not None
    checked = PaymentIn(
        kind=paid.kind, amount=paid.amount, gateway="card", avs="N", cvv="N",
    )  # fmt: skip
    customer = replace(plain.customer, email=f"x{plain.channel_ref}@mailinator.com")
    return replace(plain, payment=checked, customer=customer, ip="203.0.113.7", **fields)


def doubtful(**fields: Any) -> OrderIn:
    """What a person should look at: the card code is wrong, the rest is fine (40 points)."""
    plain = order_in("10.00", MUG=1)
    paid = plain.payment
    assert paid is not None
    checked = PaymentIn(
        kind=paid.kind, amount=paid.amount, gateway="card", avs="Y", cvv="N",
    )  # fmt: skip
    return replace(plain, payment=checked, ip="203.0.113.8", **fields)


def plain(**fields: Any) -> OrderIn:
    """What almost everybody orders (0 points)."""
    return replace(order_in("10.00", MUG=1), ip="203.0.113.9", **fields)


def scored(given: OrderIn | None = None, *, on: str = "guarded") -> tuple[Order, OrderRisk]:
    """An order of a guarded channel, placed and scored."""
    order = placed_order(guarded(on), given=given or plain())
    risk = assess_order(order.pk)
    order.refresh_from_db()
    return order, risk
