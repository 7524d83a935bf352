"""What the order page shows beside the order's own columns; each a bounded number of queries."""

from collections import defaultdict
from typing import Any

from core.money import Money
from inventory.models import Allocation
from inventory.preorder_room import Wait, waits_of
from orders.models import Order, OrderLine
from orders.operations.saving import ledger_of
from orders.states import OrderStatus, PaymentKind, PaymentStatus


def allocations_of(lines: list[OrderLine]) -> list[dict[str, Any]]:
    """Each line with what is promised to it and where, what it waits for and what is short.

    One query for all; two more where something was preordered.
    """
    held: dict[int, list[tuple[str, int]]] = defaultdict(list)
    rows = Allocation.objects.filter(
        holder_kind="order_line", holder_id__in=[line.pk for line in lines]
    )
    for line_id, code, units in rows.order_by("level__warehouse__code").values_list(
        "holder_id", "level__warehouse__code", "units"
    ):
        held[line_id].append((code, units))
    waits: dict[int, list[Wait]] = defaultdict(list)
    for wait in waits_of("order_line", [line.pk for line in lines if line.units_preordered]):
        waits[wait.holder_id].append(wait)
    return [
        {
            "line": line, "held": held[line.pk], "waits": waits[line.pk],
            "short": line.units_short - line.units_preordered,
        }
        for line in lines
    ]  # fmt: skip


def money_parts(order: Order) -> list[tuple[str, Money]]:
    """How the total adds up; parts that are nothing are left out."""
    parts = [
        ("Goods", order.subtotal),
        ("Discount", -order.discount),
        ("Delivery", order.shipping),
        ("Fees", order.fees),
        ("Tax", order.tax),
    ]
    return [(label, amount) for label, amount in parts if amount or label == "Goods"]


def ledger_rows(order: Order) -> dict[str, Any]:
    """Payment events, oldest first, and what they come to."""
    events = list(order.payments.order_by("happened_at", "id"))
    for event in events:
        event.order = order
    sums = ledger_of(order)
    back = sums[PaymentKind.REFUNDED] + sums[PaymentKind.CHARGEBACK]
    kept = sums[PaymentKind.CAPTURED] - back
    held = sums[PaymentKind.AUTHORIZED] - sums[PaymentKind.VOIDED]
    nothing = Money.zero(order.currency)
    unpaid = order.payment_status == PaymentStatus.UNPAID and order.status == OrderStatus.OPEN
    return {
        "events": events,
        "captured": sums[PaymentKind.CAPTURED],
        "returned": back,
        "kept": kept,
        "missing": order.total - max(sums[PaymentKind.CAPTURED], held) if unpaid else nothing,
        "over": max(kept - order.total, nothing),
    }
