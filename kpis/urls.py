"""Pages of KPIs."""

from django.urls import path, register_converter

from kpis.metrics import METRICS
from kpis.views import figures, forecasts


class MetricKey:
    """A metric that exists; any other address is not found."""

    regex = "|".join(sorted(METRICS, key=len, reverse=True))

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(MetricKey, "metric")

app_name = "kpis"
urlpatterns = [
    path("", figures.board, name="board"),
    path("forecasts/", forecasts.run_list, name="forecast_list"),
    path("forecasts/run/", forecasts.run_now, name="forecast_run"),
    path("forecasts/<slug:public_id>/", forecasts.run, name="forecast"),
    path("<metric:key>/", figures.metric, name="metric"),
    path("<metric:key>/rows/", figures.rows, name="rows"),
    path("<metric:key>/target/", figures.target_change, name="target_change"),
]
