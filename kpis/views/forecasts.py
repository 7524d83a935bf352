"""Forecasts: runs with their errors, and what each expected."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST, require_safe

from core.actor import current_actor
from core.http import may
from core.lists import list_page
from inventory.states import ForecastMethod
from kpis import filters, tables
from kpis.models import DemandForecast, ForecastRun
from kpis.tasks import forecast_demand


@require_safe
@may("kpis.view_forecastrun")
def run_list(request: HttpRequest) -> HttpResponse:
    return list_page(
        request,
        rows=ForecastRun.objects.all(),
        filters=filters.RunFilter,
        table=tables.RunTable,
        name="kpis.forecast_list",
        title="Forecasts",
        template="kpis/forecast_list.html",
        views=[("Judged", "judged=true")],
    )


@require_safe
@may("kpis.view_forecastrun")
def run(request: HttpRequest, public_id: str) -> HttpResponse:
    one = get_object_or_404(ForecastRun, public_id=public_id)
    rows = DemandForecast.objects.visible_to(current_actor()).for_list()
    counts = sorted(one.methods.items(), key=lambda pair: -pair[1])
    return list_page(
        request,
        rows=rows.filter(run=one),
        filters=filters.ForecastFilter,
        table=tables.ForecastTable,
        name="kpis.forecast",
        title=f"Forecast from {one.origin:%-d %B %Y}",
        template="kpis/forecast.html",
        context={
            "run": one,
            "methods": [(ForecastMethod(name).label, many) for name, many in counts],
        },
    )


@require_POST
@may("kpis.run_forecast")
def run_now(request: HttpRequest) -> HttpResponse:
    forecast_demand.add("asked")
    messages.success(request, "Demand is being forecast; the run appears here when it is done.")
    return redirect("kpis:forecast_list")
