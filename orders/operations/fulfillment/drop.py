"""Units that leave a fulfillment order because they are not there."""

from core import clock
from orders.models import FulfillmentLine, FulfillmentOrder, OrderLine
from orders.states import FulfillmentOrderStatus


def drop_units(row: FulfillmentOrder, line: FulfillmentLine, units: int) -> OrderLine:
    """Inside an operation that has locked both: the order line is short of so many instead.

    A fulfillment order without any line left is cancelled.
    """
    sold = OrderLine.objects.select_related("sku").get(pk=line.order_line_id)
    sold.units_released -= units
    sold.units_short += units
    sold.save(update_fields=["units_released", "units_short"])
    if line.units == units:
        line.delete()
    else:
        line.units -= units
        line.save(update_fields=["units"])
    if not row.lines.exists():
        row.become(FulfillmentOrderStatus.CANCELLED)
        row.cancelled_at = clock.now()
        row.save(update_fields=["status", "cancelled_at"])
    return sold
