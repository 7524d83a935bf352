"""Many orders in one request; a batch when there are more than can be answered at once."""

from rest_framework import serializers

from core.batches import batch_kind
from core.models import BatchRow
from orders.api.placing import placed
from orders.api.serializers import OrderInput, OrderOut

PLACE_ORDERS = "orders.place_orders"


@batch_kind(PLACE_ORDERS, permission="orders.place_order")
def place_one(row: BatchRow) -> str:
    """One order of many; the others stand whatever becomes of it."""
    given = OrderInput(data=row.data)
    given.is_valid(raise_exception=True)
    order = placed(given.validated_data)
    row.result = OrderOut(order).data
    return f"Order {order.number}."


class BulkInput(serializers.Serializer):
    """What the bulk route takes."""

    rows = OrderInput(many=True)


class BulkRow(serializers.Serializer):
    """How one row went; `data` or `problem`."""

    index = serializers.IntegerField()
    status = serializers.IntegerField()
    message = serializers.CharField(required=False)
    data = OrderOut(required=False)
    problem = serializers.DictField(required=False)


class BulkOut(serializers.Serializer):
    """The answer to up to 100 rows."""

    results = BulkRow(many=True)


class BatchAccepted(serializers.Serializer):
    """The answer to more: where to follow them."""

    batch = serializers.CharField()
    url = serializers.CharField()
