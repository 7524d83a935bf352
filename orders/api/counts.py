"""POST /orders/short-for-count: which orders give way when a count finds fewer than promised."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.actor import current_actor
from core.api.serializers import StrictSerializer
from core.api.views import OpsAPIView
from core.errors import NotThere
from inventory.models import StockCount
from orders.operations.short_for_count import short_for_count


class ShortForCountIn(StrictSerializer):
    count = serializers.CharField(max_length=16, help_text="Id of the count.")


class ShortOrdersOut(serializers.Serializer):
    orders = serializers.ListField(child=serializers.CharField(), help_text="Ids, now short.")


class ShortForCountView(OpsAPIView):
    """Take promises of units that a count has not found back, those of the latest first."""

    permission = "orders.short_for_count"

    @extend_schema(request=ShortForCountIn, responses=ShortOrdersOut)
    def post(self, request: Request) -> Response:
        wanted = self.read(ShortForCountIn)["count"]
        count = StockCount.objects.visible_to(current_actor()).filter(public_id=wanted).first()
        if count is None:
            raise NotThere(kind="count", field="count")
        return Response({"orders": [order.public_id for order in short_for_count(count.pk)]})
