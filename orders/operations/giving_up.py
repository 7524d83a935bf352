"""Units of an order that will not be sent: kept with what they are worth."""

from collections.abc import Mapping

from core import clock
from orders.models import CancelledUnits, Order, OrderLine
from orders.shares import share_of_last, sold_by_line


def note_cancelled(order: Order, units_by_line: Mapping[int, int]) -> None:
    """Inside an operation, before the lines count them: keep what net sales lose by them."""
    lines = list(OrderLine.objects.filter(order=order))
    sold = sold_by_line(order, lines)
    CancelledUnits.objects.bulk_create(
        CancelledUnits(
            order=order,
            line=line,
            units=units_by_line[line.pk],
            amount=share_of_last(sold[line.pk], line, units_by_line[line.pk]),
            cancelled_at=clock.now(),
        )
        for line in lines
        if units_by_line.get(line.pk)
    )
