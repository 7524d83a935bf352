"""What the returns app tells an order."""

from collections.abc import Mapping

from core.errors import BadValue
from core.operations import lock, operation
from orders.errors import NotThatManyUnits
from orders.models import Order, OrderLine
from orders.operations.saving import save_order
from orders.states import ReturnStatus


@operation(permission="orders.note_return")
def note_return(order_id: int, *, units_by_line: Mapping[int, int], status: str) -> Order:
    """Add returned units to lines (order line id -> units, may be none) and set the return axis.

    Raises NotThatManyUnits when more would come back than was shipped.
    """
    order = lock(Order, order_id)
    if status not in ReturnStatus.values:
        raise BadValue(field="status", fix=f"One of: {', '.join(ReturnStatus.values)}.")
    for line in OrderLine.objects.filter(order=order, pk__in=units_by_line):
        units, left = units_by_line[line.pk], line.units_sent - line.units_returned
        if units > left:
            raise NotThatManyUnits(field=f"lines.{line.position}", units=units, left=left)
        line.units_returned += units
        line.save(update_fields=["units_returned"])
    order.return_status = status
    return save_order(order, "return_status")
