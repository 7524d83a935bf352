"""/replenishment, /skus/{id}/replenishment."""

from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from core.actor import current_actor
from core.api.serializers import StrictSerializer
from core.api.views import OpsAPIView, OpsViewSet
from core.errors import BadValue
from core.fields import MoneyJSON
from inventory import filters
from inventory.advice import advise
from inventory.api.serializers import whole
from inventory.models import Replenishment, ReplenishmentRule, Sku, StockLevel
from inventory.operations.catalog.find import skus_called, warehouse_called
from inventory.operations.purchasing.find import vendor_called
from inventory.operations.replenishment.decide import rule_of
from inventory.operations.replenishment.set_replenishment import set_replenishment
from inventory.operations.replenishment.take_advice import AdviceTaken, Taken, take_advice
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


class MoveOut(serializers.Serializer):
    source = serializers.CharField(source="code", help_text="Warehouse.")
    units = serializers.IntegerField()
    surplus = serializers.IntegerField(help_text="What it has beyond its own need.")


class OfferOut(serializers.Serializer):
    vendor = serializers.CharField(source="code")
    units = serializers.IntegerField(help_text="In whole packs, at least the minimum.")
    price = serializers.DecimalField(max_digits=19, decimal_places=6)
    currency = serializers.CharField()
    total = MoneyJSON(help_text="In the company's currency.")
    arrives = serializers.DateField()


class AdviceOut(serializers.Serializer):
    """What to do about one SKU in one warehouse that will run short."""

    sku = serializers.CharField(source="row.level.sku.code")
    warehouse = serializers.CharField(source="row.level.warehouse.code")
    runs_out = serializers.DateField(allow_null=True)
    pending = serializers.IntegerField(help_text="Drafted or requested; send it back as seen.")
    needed = serializers.IntegerField()
    why = serializers.CharField(source="row.why")
    move = MoveOut(allow_null=True)
    offers = OfferOut(many=True, help_text="The best first.")


class TakenIn(StrictSerializer):
    sku = serializers.CharField(max_length=64, help_text="Code or barcode.")
    warehouse = serializers.CharField(max_length=16, help_text="Code of where it is wanted.")
    units = whole(1, MOST_UNITS)
    pending = whole(0, MOST_UNITS)
    vendor = serializers.CharField(max_length=32, required=False, help_text="Buy it there, or")
    source = serializers.CharField(max_length=16, required=False, help_text="move it from there.")


class TakeIn(StrictSerializer):
    lines = TakenIn(many=True, max_length=1000)


class AdviceTakenOut(serializers.Serializer):
    orders = serializers.SerializerMethodField()
    transfers = serializers.SerializerMethodField()

    def get_orders(self, made: AdviceTaken) -> list[str]:
        return [order.public_id for order in made.orders]

    def get_transfers(self, made: AdviceTaken) -> list[str]:
        return [transfer.public_id for transfer in made.transfers]


class AdviceView(OpsAPIView):
    """What to move and buy, the first to run out first; POST drafts and requests it in one act."""

    permissions = {"get": "inventory.view_supplierproduct", "post": "inventory.take_advice"}

    @extend_schema(
        responses=AdviceOut(many=True),
        parameters=[OpenApiParameter("warehouse", str, description="Code; all if left out.")],
    )
    def get(self, request: Request) -> Response:
        code = request.query_params.get("warehouse", "")
        place = warehouse_called(code).pk if code else None
        found = advise(current_actor(), warehouse_id=place)
        return Response(AdviceOut(found, many=True).data)

    @extend_schema(request=TakeIn, responses={201: AdviceTakenOut})
    def post(self, request: Request) -> Response:
        lines = self.read(TakeIn)["lines"]
        places = range(len(lines))
        skus = skus_called(
            [line["sku"] for line in lines], fields=[f"lines.{at}.sku" for at in places]
        )
        wanted = [_taken(line, sku, at) for line, sku, at in zip(lines, skus, places, strict=True)]
        return Response(AdviceTakenOut(take_advice(wanted)).data, 201)


def _taken(line: dict[str, Any], sku: Sku, at: int) -> Taken:
    place = warehouse_called(line["warehouse"], field=f"lines.{at}.warehouse")
    level = StockLevel.objects.filter(sku=sku, warehouse=place).first()
    if level is None:
        raise BadValue(field=f"lines.{at}.sku", fix="Nothing is forecast for it there.")
    vendor, source = line.get("vendor"), line.get("source")
    seller = vendor_called(vendor, field=f"lines.{at}.vendor") if vendor else None
    origin = warehouse_called(source, field=f"lines.{at}.source") if source else None
    return Taken(
        level_id=level.pk, units=line["units"], pending=line["pending"],
        vendor_id=seller.pk if seller else None, source_id=origin.pk if origin else None,
    )  # fmt: skip
