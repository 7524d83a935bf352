"""/replenishment, /skus/{id}/replenishment."""

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from core.actor import current_actor
from core.api.views import OpsAPIView, OpsViewSet
from inventory import filters
from inventory.api import serializers as shapes
from inventory.models import Replenishment, Sku
from inventory.operations.replenishment.decide import rule_of
from inventory.operations.replenishment.set_replenishment import set_replenishment


class ReplenishmentViewSet(OpsViewSet, ListModelMixin):
    """What to buy, per SKU and warehouse; `?below=true` for what is to be bought now."""

    serializer_class = shapes.ReplenishmentOut
    filterset_class = filters.ReplenishmentFilter
    sort = "id"
    permissions = {"list": "inventory.view_replenishment"}

    def get_queryset(self) -> QuerySet[Replenishment]:
        return Replenishment.objects.visible_to(current_actor()).for_list()


class RuleView(OpsAPIView):
    """How one SKU is bought; POST changes what it names, and reorder points follow."""

    permissions = {"get": "inventory.view_replenishment", "post": "inventory.set_replenishment"}

    @extend_schema(responses=shapes.ReplenishmentRuleOut)
    def get(self, request: Request, public_id: str) -> Response:
        sku = get_object_or_404(Sku, public_id=public_id)
        return Response(shapes.ReplenishmentRuleOut(rule_of(sku)).data)

    @extend_schema(request=shapes.ReplenishmentRuleIn, responses=shapes.ReplenishmentRuleOut)
    def post(self, request: Request, public_id: str) -> Response:
        sku = get_object_or_404(Sku, public_id=public_id)
        rule = set_replenishment(sku.pk, self.read(shapes.ReplenishmentRuleIn))
        return Response(shapes.ReplenishmentRuleOut(rule).data)
