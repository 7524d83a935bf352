"""Risk over the API."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from core.actor import current_actor
from core.api.views import OpsAPIView, ReadOnlyOps
from fraud.api.serializers import (
    DecisionIn,
    RiskOut,
    RuleIn,
    RuleOut,
    ThresholdsIn,
    ThresholdsOut,
)
from fraud.filters import RiskFilter
from fraud.models import OrderRisk, RiskPolicy, RiskRule
from fraud.operations.assess import assess_order
from fraud.operations.change_rules import change_rule, change_thresholds
from fraud.operations.decide import accept_order, reject_order


class RiskViewSet(ReadOnlyOps):
    """GET /risk-assessments, GET /risk-assessments/{id}, POST …/score, …/accept, …/reject."""

    permissions = {
        "list": "fraud.view_orderrisk",
        "retrieve": "fraud.view_orderrisk",
        "score": "fraud.assess_order",
        "accept": "fraud.decide_risk",
        "reject": "fraud.decide_risk",
    }
    queryset = OrderRisk.objects.none()
    serializer_class = RiskOut
    filterset_class = RiskFilter
    sort = "-scored_at"
    updated_field = "scored_at"

    def get_queryset(self) -> Any:
        return OrderRisk.objects.visible_to(current_actor()).for_list()

    @extend_schema(request=None, responses=RiskOut)
    @action(detail=True, methods=["post"])
    def score(self, request: Request, public_id: str) -> Response:
        """Score the order again, by the present rules."""
        return self.say(assess_order(self.get_object().order_id))

    @extend_schema(request=DecisionIn, responses=RiskOut)
    @action(detail=True, methods=["post"])
    def accept(self, request: Request, public_id: str) -> Response:
        given = self.read(DecisionIn)
        return self.say(accept_order(self.get_object().pk, **given))

    @extend_schema(request=DecisionIn, responses=RiskOut)
    @action(detail=True, methods=["post"])
    def reject(self, request: Request, public_id: str) -> Response:
        given = self.read(DecisionIn)
        return self.say(reject_order(self.get_object().pk, **given))


class RuleViewSet(ReadOnlyOps):
    """GET /risk-rules, GET /risk-rules/{code}, PATCH /risk-rules/{code}."""

    permissions = {
        "list": "fraud.view_riskrule",
        "retrieve": "fraud.view_riskrule",
        "partial_update": "fraud.change_riskrule",
    }
    queryset = RiskRule.objects.all()
    serializer_class = RuleOut
    sort = "position"
    lookup_field = "code"
    lookup_value_regex = "[a-z0-9_]{1,40}"

    @extend_schema(request=RuleIn, responses=RuleOut)
    def partial_update(self, request: Request, code: str) -> Response:
        given = self.read(RuleIn)
        return self.say(change_rule(self.get_object().pk, **given))


class ThresholdsView(OpsAPIView):
    """From how many points orders are reviewed and declined; one for the whole shop."""

    permissions = {"get": "fraud.view_riskpolicy", "patch": "fraud.change_riskpolicy"}

    @extend_schema(responses=ThresholdsOut)
    def get(self, request: Request) -> Response:
        return Response(ThresholdsOut(RiskPolicy.objects.get(pk=1)).data)

    @extend_schema(request=ThresholdsIn, responses=ThresholdsOut)
    def patch(self, request: Request) -> Response:
        """Change some of them, with the reason; orders scored from now on use them."""
        return Response(ThresholdsOut(change_thresholds(**self.read(ThresholdsIn))).data)
