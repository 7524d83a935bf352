"""/replenishment, /skus/{id}/replenishment."""

from decimal import Decimal

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from core.actor import current_actor
from core.api.serializers import StrictSerializer
from core.api.views import OpsAPIView, OpsViewSet
from inventory import filters
from inventory.api.serializers import whole
from inventory.models import Replenishment, ReplenishmentRule, Sku
from inventory.operations.replenishment.decide import rule_of
from inventory.operations.replenishment.set_replenishment import set_replenishment
from inventory.operations.stock.booking import MOST_UNITS
from inventory.states import ForecastMethod


class ReplenishmentOut(serializers.ModelSerializer):
    """When to buy how much of a SKU in a warehouse, and why."""

    sku = serializers.CharField(source="level.sku.code")
    warehouse = serializers.CharField(source="level.warehouse.code")
    position = serializers.IntegerField(help_text="Free units and those that are coming.")
    advised = serializers.IntegerField(help_text="Units to buy now.")
    why = serializers.CharField()
    decision = serializers.CharField(source="decision.public_id", allow_null=True, default=None)
    quantiles = serializers.ListField(
        child=serializers.ListField(child=serializers.FloatField()),
        help_text="Per horizon (weeks), units sold at most at each of the levels.",
    )

    class Meta:
        model = Replenishment
        fields = [
            "sku", "warehouse", "method", "weekly_units", "horizons", "levels", "quantiles",
            "position", "reorder_point", "order_up_to", "advised", "why", "decision",
            "forecast_at",
        ]  # fmt: skip


class ReplenishmentRuleOut(serializers.ModelSerializer):
    """How a SKU is bought."""

    sku = serializers.CharField(source="sku.code")

    class Meta:
        model = ReplenishmentRule
        fields = [
            "sku", "service_percent", "method", "lead_days", "lead_spread_days", "cover_days",
            "minimum_units", "pack_units",
        ]  # fmt: skip


class ReplenishmentRuleIn(StrictSerializer):
    service_percent = serializers.DecimalField(
        max_digits=4, decimal_places=1, min_value=50, max_value=Decimal("99.5"), required=False
    )
    method = serializers.ChoiceField(ForecastMethod.choices, required=False)
    lead_days = whole(1, 730, required=False)
    lead_spread_days = whole(0, 365, required=False)
    cover_days = whole(1, 730, required=False)
    minimum_units = whole(1, MOST_UNITS, required=False)
    pack_units = whole(1, MOST_UNITS, required=False)


class ReplenishmentViewSet(OpsViewSet, ListModelMixin):
    """What to buy, per SKU and warehouse; `?below=true` for what is to be bought now."""

    serializer_class = ReplenishmentOut
    filterset_class = filters.ReplenishmentFilter
    sort = "id"
    permissions = {"list": "inventory.view_replenishment"}

    def get_queryset(self) -> QuerySet[Replenishment]:
        return Replenishment.objects.visible_to(current_actor()).for_list()


class RuleView(OpsAPIView):
    """How one SKU is bought; POST changes what it names, and reorder points follow."""

    permissions = {"get": "inventory.view_replenishment", "post": "inventory.set_replenishment"}

    @extend_schema(responses=ReplenishmentRuleOut)
    def get(self, request: Request, public_id: str) -> Response:
        sku = get_object_or_404(Sku, public_id=public_id)
        return Response(ReplenishmentRuleOut(rule_of(sku)).data)

    @extend_schema(request=ReplenishmentRuleIn, responses=ReplenishmentRuleOut)
    def post(self, request: Request, public_id: str) -> Response:
        sku = get_object_or_404(Sku, public_id=public_id)
        rule = set_replenishment(sku.pk, self.read(ReplenishmentRuleIn))
        return Response(ReplenishmentRuleOut(rule).data)
