"""GET /orders/{id}/preorders: what an order waits for that is still to come in."""

from typing import Any

from rest_framework import serializers

from inventory.preorder_room import waits_of
from orders.models import Order


class OrderPreorderOut(serializers.Serializer):
    """Units of one line from one offer; `arrived` are there and are promised next."""

    position = serializers.IntegerField(help_text="Of the line.")
    sku = serializers.CharField()
    units = serializers.IntegerField()
    arrived = serializers.IntegerField()
    offer = serializers.CharField(help_text="Id of the preorder offer.")
    order = serializers.CharField(help_text="Number of the order to a vendor.")
    expected_on = serializers.DateField(allow_null=True, help_text="As the vendor promises now.")
    told_on = serializers.DateField(help_text="As it was when the order came in.")
    days_later = serializers.IntegerField()
    lacking = serializers.IntegerField(help_text="Units that do not come with that order any more.")


def preorders_of(order: Order) -> list[dict[str, Any]]:
    """Each line's waits, as JSON."""
    lines = order.lines.filter(units_preordered__gt=0).select_related("sku")
    known = {line.pk: line for line in lines.order_by("position")}
    rows = [
        {
            "position": known[wait.holder_id].position,
            "sku": str(known[wait.holder_id].sku),
            "units": wait.units,
            "arrived": wait.arrived,
            "offer": wait.offer,
            "order": wait.order,
            "expected_on": wait.expected_on,
            "told_on": wait.told_on,
            "days_later": wait.days_later,
            "lacking": wait.lacking,
        }
        for wait in waits_of("order_line", list(known))
    ]
    rows.sort(key=lambda row: row["position"])
    return list(OrderPreorderOut(rows, many=True).data)
