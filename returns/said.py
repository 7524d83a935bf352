"""What customers have said of goods that they sent back; answers inventory's question."""

from collections.abc import Collection
from datetime import timedelta

from django.db.models import Sum

from core import clock
from returns.models import ReturnLine
from returns.states import OVER, ReturnReason

DAYS = timedelta(days=180)


class ReturnReasons:
    """Counts the units of returns that were asked for, whatever became of them."""

    name, version = "return lines", "1"

    def not_as_described(self, sku_ids: Collection[int]) -> dict[int, int]:
        """SKU id -> units of the last 180 days. One query."""
        rows = ReturnLine.objects.filter(
            order_line__sku__in=list(sku_ids),
            reason=ReturnReason.NOT_AS_DESCRIBED,
            rma__requested_at__gte=clock.now() - DAYS,
        ).exclude(rma__status__in=OVER)
        units = rows.order_by().values("order_line__sku").annotate(n=Sum("units"))
        return dict(units.values_list("order_line__sku", "n"))
