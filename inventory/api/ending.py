"""/vendors/{id}/plans and /vendors/{id}/exit: vendors that are to become better, or to go."""

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.actor import current_actor
from core.api.serializers import StrictSerializer
from core.api.views import OpsAPIView
from core.errors import BadValue
from core.fields import MoneyJSON
from inventory.api.purchasing_shapes import EndReasonIn, VendorOut, words
from inventory.exit_check import exit_check
from inventory.models import ImprovementPlan, Vendor
from inventory.operations.purchasing.plans import end_plan, start_plan
from inventory.operations.purchasing.vendors import end_vendor
from inventory.states import PlanMeasure, PlanState


class PlanOut(serializers.ModelSerializer):
    class Meta:
        model = ImprovementPlan
        fields = [
            "goal", "measure", "target", "started_on", "due_on", "state", "measured",
            "outcome_note", "ended_at",
        ]  # fmt: skip


class PlanIn(StrictSerializer):
    goal = serializers.CharField(max_length=500)
    measure = serializers.ChoiceField(PlanMeasure.choices)
    target = serializers.DecimalField(
        max_digits=5, decimal_places=2, min_value=0, max_value=100, help_text="In percent."
    )
    due_on = serializers.DateField()


class PlanEndIn(StrictSerializer):
    drop = serializers.BooleanField(required=False, help_text="Else the scorecard decides.")
    note = words(500)


class ExitItemOut(serializers.Serializer):
    """A SKU that the vendor sells us; prices per unit in the company's currency."""

    sku = serializers.CharField(source="sku.code")
    on_hand = serializers.IntegerField()
    bought = serializers.IntegerField(help_text="Units within a year.")
    price = serializers.DecimalField(max_digits=30, decimal_places=6)
    other = serializers.CharField(source="other.code", allow_null=True, default=None)
    other_price = serializers.DecimalField(max_digits=30, decimal_places=6, allow_null=True)
    extra = MoneyJSON(allow_null=True, help_text="A year's units would cost so much more.")


class ExitCheckOut(serializers.Serializer):
    """What ending a vendor would mean."""

    orders = serializers.IntegerField(help_text="Open ones.")
    bills = serializers.IntegerField(help_text="Open ones.")
    disputes = serializers.IntegerField(help_text="Open ones.")
    blocked = serializers.BooleanField(help_text="It cannot be ended while anything is open.")
    extra = MoneyJSON()
    items = ExitItemOut(many=True)


class VendorPart(OpsAPIView):
    """Something about one vendor."""

    def vendor(self) -> Vendor:
        """The one of the path, else 404."""
        found: Any = get_object_or_404(Vendor, public_id=self.kwargs["public_id"])
        return found  # type: ignore[no-any-return]


class VendorExitView(VendorPart):
    """What ending a vendor would mean; POST ends it."""

    permissions = {"get": "inventory.view_vendor", "post": "inventory.change_vendor"}

    @extend_schema(responses=ExitCheckOut)
    def get(self, request: Request, public_id: str) -> Response:
        return Response(ExitCheckOut(exit_check(self.vendor(), current_actor())).data)

    @extend_schema(request=EndReasonIn, responses={200: VendorOut})
    def post(self, request: Request, public_id: str) -> Response:
        given = self.read(EndReasonIn)
        return Response(VendorOut(end_vendor(self.vendor().pk, **given)).data)


class VendorPlansView(VendorPart):
    """What a vendor has agreed to become better at; POST starts a plan."""

    permissions = {"get": "inventory.view_vendor", "post": "inventory.change_vendor"}

    @extend_schema(responses=PlanOut(many=True))
    def get(self, request: Request, public_id: str) -> Response:
        return Response(PlanOut(self.vendor().plans.order_by("-id")[:100], many=True).data)

    @extend_schema(request=PlanIn, responses={201: PlanOut})
    def post(self, request: Request, public_id: str) -> Response:
        given = self.read(PlanIn)
        return Response(PlanOut(start_plan(self.vendor().pk, given)).data, 201)


class VendorPlanEndView(VendorPart):
    """Judge the open plan of a vendor by the scorecard, or drop it."""

    permissions = {"post": "inventory.change_vendor"}

    @extend_schema(request=PlanEndIn, responses={200: PlanOut})
    def post(self, request: Request, public_id: str) -> Response:
        given = self.read(PlanEndIn)
        plan = self.vendor().plans.filter(state=PlanState.OPEN).first()
        if plan is None:
            raise BadValue(field="plan", fix="There is no open plan.")
        return Response(PlanOut(end_plan(plan.pk, **given)).data)
