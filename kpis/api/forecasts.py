"""/forecasts: runs, their errors, and what each expected."""

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from core.actor import current_actor
from core.api.views import ReadOnlyOps
from kpis.api.serializers import AskedOut, DemandForecastOut, ForecastRunOut
from kpis.filters import ForecastFilter, RunFilter
from kpis.models import DemandForecast, ForecastRun
from kpis.tasks import forecast_demand


class ForecastViewSet(ReadOnlyOps):
    """Runs of the forecast, what each expected, and how wrong it was; POST asks for one now."""

    serializer_class = ForecastRunOut
    sort = "-id"
    permissions = {
        "list": "kpis.view_forecastrun",
        "retrieve": "kpis.view_forecastrun",
        "rows": "kpis.view_forecastrun",
        "create": "kpis.run_forecast",
    }
    filterset_class = RunFilter

    def get_queryset(self) -> QuerySet:
        if self.action == "rows":
            return DemandForecast.objects.visible_to(current_actor()).for_list()
        return ForecastRun.objects.all()

    @extend_schema(request=None, responses={202: AskedOut})
    def create(self, request: Request) -> Response:
        forecast_demand.add("asked")
        return Response({"asked": True}, 202)

    @extend_schema(responses=DemandForecastOut(many=True))
    @action(
        detail=True, filterset_class=ForecastFilter, serializer_class=DemandForecastOut, sort="id"
    )
    def rows(self, request: Request, public_id: str) -> Response:
        run = get_object_or_404(ForecastRun, public_id=public_id)
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset().filter(run=run)))
        return self.get_paginated_response(self.get_serializer(page, many=True).data)
