"""GET /inbound: what comes in when, and how many orders wait for it."""

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.actor import current_actor
from core.api.views import OpsAPIView
from orders.inbound import MOST_WEEKS, coming_in, weeks_in


class ComingOut(serializers.Serializer):
    kind = serializers.ChoiceField(choices=["purchase_order", "transfer"])
    id = serializers.CharField(source="public_id", help_text="Of the order or transfer.")
    number = serializers.CharField()
    source = serializers.CharField(source="from_name", help_text="Vendor or warehouse.")
    warehouse = serializers.CharField(help_text="Code.")
    sku = serializers.CharField()
    units = serializers.IntegerField()
    day = serializers.DateField(allow_null=True, help_text="Promised last.")
    first_day = serializers.DateField(allow_null=True, help_text="Promised first.")
    overdue = serializers.BooleanField()
    orders_waiting = serializers.IntegerField(source="orders")
    units_short = serializers.IntegerField(source="short")
    units_preordered = serializers.IntegerField(
        source="preordered", help_text="Of this very line, sold before it comes."
    )


class InboundView(OpsAPIView):
    """What is overdue and what comes within some weeks, by day; at most 1,000 lines."""

    permission = "inventory.view_purchaseorder"

    @extend_schema(
        responses=ComingOut(many=True),
        parameters=[OpenApiParameter("weeks", int, description=f"4, or up to {MOST_WEEKS}.")],
    )
    def get(self, request: Request) -> Response:
        weeks = weeks_in(request.query_params.get("weeks", ""))
        return Response(ComingOut(coming_in(weeks, current_actor()), many=True).data)
