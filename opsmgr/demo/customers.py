"""What the demo's customers do after they have bought: correct, pay, think again, send back."""

from contextlib import suppress
from random import Random

from core.actor import acting
from core.errors import Refused
from opsmgr.demo.places import address_in
from opsmgr.demo.staff import Staff
from orders.models import Order
from orders.operations.address import change_address
from orders.operations.cancel import cancel_order
from orders.operations.payments import record_payment
from orders.states import FulfillmentStatus, PaymentStatus, ReturnStatus
from returns.models import ReturnAuthorization
from returns.operations.request import ReturnLineIn, request_return
from returns.states import ReturnReason

REASONS = [
    ReturnReason.CHANGED_MIND, ReturnReason.CHANGED_MIND, ReturnReason.DAMAGED,
    ReturnReason.NOT_AS_DESCRIBED, ReturnReason.WRONG_ITEM, ReturnReason.DEFECTIVE,
]  # fmt: skip
SENT_BACK, REGRETTED = 0.08, 0.01  # shares of delivered, and of new orders


def answer(chance: Random, staff: Staff) -> None:
    """Some give the right address, some pay at last, some do neither and are cancelled."""
    waiting = Order.objects.open().select_related("ship_to").order_by("id")
    with acting(staff.agent):
        for order in waiting.filter(why_code="address_pending"):
            if chance.random() < 0.5:
                known = order.ship_to
                change_address(order.pk, address=address_in(chance, known.country, known.name))
    for order in waiting.filter(why_code="payment_pending"):
        odd = chance.random()
        if odd < 0.3:
            with acting(staff.finance):
                record_payment(
                    order.pk, kind="captured", amount=order.total, gateway="local",
                    reference=f"late-{order.number}",
                )  # fmt: skip
        elif odd < 0.36:
            with acting(staff.agent):
                cancel_order(order.pk, reason="never paid")


def think_again(chance: Random, staff: Staff, recent: list[Order]) -> None:
    """A few call the shop before their order has left."""
    with acting(staff.agent):
        for order in recent:
            if chance.random() < REGRETTED:
                with suppress(Refused):
                    cancel_order(order.pk, reason="the customer has changed their mind")


def capture(staff: Staff) -> None:
    """Take the money that was authorized, for what has left."""
    sent = (FulfillmentStatus.SHIPPED, FulfillmentStatus.DELIVERED)
    due = Order.objects.filter(
        payment_status=PaymentStatus.AUTHORIZED, fulfillment_status__in=sent, historical=False
    )
    with acting(staff.finance):
        for order in due.order_by("id"):
            record_payment(
                order.pk, kind="captured", amount=order.total, gateway="local",
                reference=f"capture-{order.number}",
            )  # fmt: skip


def send_back(chance: Random, delivered: list[Order]) -> None:
    """Ask for returns of orders that have just arrived."""
    for order in delivered:
        if chance.random() >= SENT_BACK or order.return_status != ReturnStatus.NONE:
            continue
        lines = [line for line in order.lines.all() if line.units_shipped]
        if not lines:
            continue
        line = chance.choice(lines)
        units = chance.randint(1, min(line.units_shipped, 3))
        wanted = ReturnLineIn(order_line_id=line.pk, units=units, reason=chance.choice(REASONS))
        with suppress(Refused):
            request_return(order.pk, lines=[wanted])


def parcels_on_the_way_back(chance: Random) -> list[ReturnAuthorization]:
    """Approved returns whose goods arrive today."""
    rows = ReturnAuthorization.objects.filter(status="approved").order_by("id")
    return [rma for rma in rows if chance.random() < 0.3]
