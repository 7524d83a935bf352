"""Note on an order how much of it has come back; returns decides, orders keeps it."""

from collections.abc import Mapping

from django.db.models import F
from django.db.models.functions import Now

from core.errors import BadValue
from core.operations import lock, operation
from orders.models import Order
from orders.states import ReturnStatus


@operation(permission="orders.note_return")
def note_return(order_id: int, *, units_by_line: Mapping[int, int], status: ReturnStatus) -> Order:
    """Add returned units (order line id -> units more) and set the return status.

    More units than have shipped are refused by the database. Raises BadValue for a
    line of another order.
    """
    order = lock(Order, order_id)
    for line_id, units in sorted(units_by_line.items()):
        changed = order.lines.filter(pk=line_id).update(units_returned=F("units_returned") + units)
        if not changed:
            raise BadValue(field="lines", fix="name lines of this order.")
    order.return_status = status
    order.version = F("version") + 1
    order.updated_at = Now()
    order.save(update_fields=["return_status", "version", "updated_at"])
    order.refresh_from_db(fields=["version", "updated_at"])
    return order
