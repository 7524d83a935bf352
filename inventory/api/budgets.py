"""/cost-centers, /budgets."""

from datetime import date

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.serializers import StrictSerializer
from core.api.views import OpsAPIView, ReadOnlyOps
from core.fields import MoneyJSON
from core.money import Money
from inventory.budget_use import months_of, read_month, uses
from inventory.models import CostCenter
from inventory.operations.purchasing.budgets import (
    cost_center_called,
    save_cost_center,
    set_budget,
)
from inventory.purchasing_filters import CostCenterFilter

MONTHS = [
    OpenApiParameter("from", str, description="As 2026-01; two months ago if left out."),
    OpenApiParameter("to", str, description="Eight months after `from` if left out."),
    OpenApiParameter("cost_center", str, description="Code; all of them if left out."),
]


class CostCenterOut(serializers.ModelSerializer):
    id = serializers.CharField(source="public_id")
    warehouse = serializers.CharField(source="warehouse.code", allow_null=True, default=None)

    class Meta:
        model = CostCenter
        fields = ["id", "code", "name", "warehouse", "active", "updated_at"]


class CostCenterChange(StrictSerializer):
    code = serializers.CharField(max_length=32, required=False)
    name = serializers.CharField(max_length=100, required=False)
    warehouse = serializers.CharField(
        max_length=16, required=False, allow_blank=True,
        help_text="Code of the one whose orders start with it; empty: none.",
    )  # fmt: skip
    active = serializers.BooleanField(required=False)


class CostCenterIn(CostCenterChange):
    code = serializers.CharField(max_length=32)
    name = serializers.CharField(max_length=100)


class BudgetUseOut(serializers.Serializer):
    """One month of a cost center, in the company's currency."""

    cost_center = serializers.CharField(source="code")
    month = serializers.DateField(format="%Y-%m", help_text="2026-01")
    budget = MoneyJSON(allow_null=True, help_text="null: none is set.")
    committed = MoneyJSON(help_text="Approved or sent, still to come.")
    received = MoneyJSON()
    invoiced = MoneyJSON(help_text="Net, by the day of the bill.")
    open_to_buy = MoneyJSON(source="left", allow_null=True)


class BudgetIn(StrictSerializer):
    cost_center = serializers.CharField(max_length=32, help_text="Code.")
    month = serializers.CharField(max_length=7, help_text="2026-01")
    amount = MoneyJSON(allow_null=True, help_text="null: no budget.")


class CostCenterViewSet(ReadOnlyOps):
    """Whose money orders to vendors are."""

    serializer_class = CostCenterOut
    filterset_class = CostCenterFilter
    sort = "code"
    updated_field = "updated_at"
    permissions = {
        "list": "inventory.view_budget",
        "retrieve": "inventory.view_budget",
        "create": "inventory.save_cost_center",
        "partial_update": "inventory.save_cost_center",
    }
    queryset = CostCenter.objects.select_related("warehouse")

    @extend_schema(request=CostCenterIn, responses={201: CostCenterOut})
    def create(self, request: Request) -> Response:
        return self.created(save_cost_center(self.read(CostCenterIn)))

    @extend_schema(request=CostCenterChange, responses=CostCenterOut)
    def partial_update(self, request: Request, public_id: str) -> Response:
        center = self.get_object()
        return self.say(save_cost_center(self.read(CostCenterChange), cost_center_id=center.pk))


class BudgetView(OpsAPIView):
    """What is left of budgets by month; POST sets one."""

    permissions = {"get": "inventory.view_budget", "post": "inventory.set_budget"}

    @extend_schema(responses=BudgetUseOut(many=True), parameters=MONTHS)
    def get(self, request: Request) -> Response:
        first, last = months_of(request.query_params)
        code = request.query_params.get("cost_center", "")
        center = get_object_or_404(CostCenter, code=code) if code else None
        found = uses(first, last, cost_center_id=center.pk if center else None)
        return Response(BudgetUseOut(found, many=True).data)

    @extend_schema(request=BudgetIn, responses={200: BudgetUseOut})
    def post(self, request: Request) -> Response:
        given = self.read(BudgetIn)
        center = cost_center_called(given["cost_center"])
        month: date = read_month(given["month"], field="month")
        amount: Money | None = given["amount"]
        set_budget(center.pk, month=month, amount=amount)
        found = uses(month, month, cost_center_id=center.pk)
        return Response(BudgetUseOut(found[0]).data)
