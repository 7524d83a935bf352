"""How operations keep an order's derived parts right when they save it."""

from datetime import datetime, timedelta

from django.db.models import Sum

from core import clock
from core.errors import BadValue
from core.money import Money
from core.statements import run_sql
from orders.models import Order, PaymentEvent
from orders.states import FulfillmentStatus, OrderStatus, PaymentKind, PaymentStatus
from orders.why import first_code

FAR = timedelta(days=5 * 365)


def save_order(order: Order, *fields: str) -> Order:
    """Save these fields, with the reason it has not shipped, the version and the time of change.

    The order's row is locked by the operation. Another instance of it may have been saved since
    this one was read, so the version counts on from the row's own.
    """
    order.why_code = first_code(order)
    order.version = Order.objects.values_list("version", flat=True).get(pk=order.pk) + 1
    order.updated_at = clock.now()
    order.save(update_fields=[*fields, "why_code", "version", "updated_at"])
    return order


def ledger_of(order: Order) -> dict[str, Money]:
    """Sum of each kind of payment event of the order."""
    rows = (
        PaymentEvent.objects.filter(order=order)
        .order_by()
        .values_list("kind")
        .annotate(minor=Sum("amount"))
    )
    found = {kind: Money(int(minor), order.currency) for kind, minor in rows}
    return {kind: found.get(kind, Money.zero(order.currency)) for kind in PaymentKind.values}


def derive_payment(order: Order) -> PaymentStatus:
    """How far the order is paid, from its ledger."""
    sums = ledger_of(order)
    captured, refunded = sums[PaymentKind.CAPTURED], sums[PaymentKind.REFUNDED]
    if sums[PaymentKind.CHARGEBACK]:
        return PaymentStatus.CHARGEBACK
    if refunded and refunded >= captured:
        return PaymentStatus.REFUNDED
    if refunded:
        return PaymentStatus.PART_REFUNDED
    if captured >= order.total:
        return PaymentStatus.PAID
    if sums[PaymentKind.AUTHORIZED] - sums[PaymentKind.VOIDED] >= order.total:
        return PaymentStatus.AUTHORIZED
    return PaymentStatus.UNPAID


def derive_fulfillment(order: Order) -> FulfillmentStatus:
    """How far the order is shipped, from its lines and fulfillment orders."""
    found = run_sql("orders/how_far", order_id=order.pk)[0]
    if found["shipped"] and found["shipped"] >= found["wanted"]:
        if found["underway"]:
            return FulfillmentStatus.SHIPPED
        return FulfillmentStatus.DELIVERED if found["arrived"] else FulfillmentStatus.LOST
    if found["shipped"]:
        return FulfillmentStatus.PARTLY_SHIPPED
    return FulfillmentStatus.RELEASED if found["given"] else FulfillmentStatus.NONE


def may_still_stay(order: Order) -> bool:
    """Whether nothing of an open order has left yet: it can still be stopped."""
    return is_open(order) and order.fulfillment_status in (
        FulfillmentStatus.NONE, FulfillmentStatus.RELEASED
    )  # fmt: skip


def is_open(order: Order) -> bool:
    """Whether the order still has a way to go."""
    return order.status == OrderStatus.OPEN


def require_near(moment: datetime, *, field: str) -> None:
    """Refuse what nobody means: a time that is years away, before or after now."""
    if abs(moment - clock.now()) > FAR:
        raise BadValue(field=field, fix=f"Choose a time within {FAR.days // 365} years.")
