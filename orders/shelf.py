"""What pickers have taken from the shelves: on hand by the books, and not where one counts."""

from collections.abc import Collection

from django.db.models import Sum

from orders.models import FulfillmentLine
from orders.states import FulfillmentOrderStatus

IN_HAND = (
    FulfillmentOrderStatus.PICKING,
    FulfillmentOrderStatus.PICKED,
    FulfillmentOrderStatus.PACKED,
)


class Picked:
    """Answers inventory's `off_the_shelf`."""

    name, version = "picked", "1"

    def units(self, warehouse_id: int, sku_ids: Collection[int]) -> dict[int, int]:
        """SKU id -> units picked of work that has not left."""
        rows = FulfillmentLine.objects.filter(
            fulfillment__warehouse=warehouse_id,
            fulfillment__status__in=IN_HAND,
            order_line__sku__in=sku_ids,
            units_picked__gt=0,
        ).order_by()
        sums = rows.values_list("order_line__sku").annotate(units=Sum("units_picked"))
        return {int(sku_id): int(units) for sku_id, units in sums if sku_id is not None}
