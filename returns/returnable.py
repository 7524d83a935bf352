"""What of an order may still come back: one query for its lines, one for what is on its way."""

from django.db.models import F, Sum

from orders.models import Order, OrderLine
from returns.models import ReturnUnits


def returnable_lines(order: Order) -> list[OrderLine]:
    """The order's lines, each with `returnable`: shipped units that no return holds."""
    lines = list(order.lines.select_related("sku").order_by("position"))
    held = ReturnUnits.objects.filter(order_line__order=order).order_by()
    sums = held.values_list("order_line_id").annotate(held=Sum(F("last") - F("first") + 1))
    taken = dict(sums)
    for line in lines:
        line.order = order
        line.returnable = max(line.units_sent - taken.get(line.pk, 0), 0)  # type: ignore[attr-defined]
    return lines
