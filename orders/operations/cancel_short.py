"""Give up on the units of an order that no warehouse can send."""

from core import clock
from core.cards import mask_cards
from core.errors import BadValue
from core.events import publish
from core.money import Money
from core.operations import lock, operation
from orders.errors import MoveNotAllowed, NotWaiting
from orders.events import OrderUnitsCancelled
from orders.models import Order, OrderLine
from orders.operations.cancel import cancel_order
from orders.operations.exceptions import raise_exception, settle_exceptions
from orders.operations.fulfillment.finish import finish_order
from orders.operations.giving_up import note_cancelled
from orders.operations.preordered import claim_arrived, give_up_preordered
from orders.operations.saving import is_open, ledger_of
from orders.shares import paid_by_line, share_of_last
from orders.states import ExceptionKind, PaymentKind


@operation(permission="orders.cancel_order")
def cancel_short(order_id: int, *, reason: str) -> Order:
    """Cancel the units that are short; the rest goes on, and the order ends with it.

    Preordered units go too, and may be preordered by others again; what has come in for the order
    by now is not short any more.

    Cancels the whole order when nothing else is left of it. Where those units were paid, an
    exception asks for their refund. Raises MoveNotAllowed unless the order is open, NotWaiting
    when nothing is short. Publishes order.units_cancelled.
    """
    order = lock(Order, order_id)
    if not is_open(order):
        raise MoveNotAllowed(number=order.number, status=order.status, wanted="cut down")
    if not reason.strip():
        raise BadValue(field="reason", fix="Say in a few words why they are given up.")
    lines = list(order.lines.select_related("order").order_by("position"))
    claim_arrived(order, [line for line in lines if line.units_preordered])
    short = [line for line in lines if line.units_short]
    if not short:
        raise NotWaiting(what="The shortage")
    nothing_left = all(line.units == line.units_cancelled + line.units_short for line in lines)
    if nothing_left and not any(line.units_shipped for line in lines):
        return cancel_order(order.pk, reason=reason)
    paid = paid_by_line(order, lines)
    owed = [share_of_last(paid[line.pk], line, line.units_short) for line in short]
    units = sum(line.units_short for line in short)
    note_cancelled(order, {line.pk: line.units_short for line in short})
    waiting = [line.pk for line in short if line.units_preordered]
    for line in short:
        line.units_cancelled += line.units_short
        line.units_short = line.units_preordered = 0
    OrderLine.objects.bulk_update(short, ["units_cancelled", "units_short", "units_preordered"])
    skus = sorted({line.sku_id for line in short if line.sku_id})
    publish(
        OrderUnitsCancelled(
            order_id=order.pk, units=units, reason=mask_cards(reason)[0][:64], sku_ids=skus
        )
    )
    _settle(order, short)
    if waiting:
        give_up_preordered(waiting, reason="units cancelled")
    amount = sum(owed, Money.zero(order.currency))
    if amount and ledger_of(order)[PaymentKind.CAPTURED]:
        _ask_for_refund(order, units, amount)
    order = Order.objects.get(pk=order.pk)
    return finish_order(order, clock.now())


def _settle(order: Order, short: list[OrderLine]) -> None:
    said = "The missing units were cancelled."
    settle_exceptions(ExceptionKind.OVERSOLD, f"order {order.pk}", resolution=said)
    for line in short:
        settle_exceptions(ExceptionKind.SHORT_PICK, f"line {line.pk}", resolution=said)


def _ask_for_refund(order: Order, units: int, owed: Money) -> None:
    raise_exception(
        ExceptionKind.OTHER,
        order_id=order.pk,
        key=f"refund short units of order {order.pk} {clock.now().isoformat()}"[:100],
        sentence=f"Order {order.number} was paid for {units} units that were cancelled since.",
        facts={"units": units, "amount": owed.shown()},
        fix=f"Refund {owed.shown()}.",
    )
