"""Pages of KPIs."""

from django.urls import path, register_converter

from kpis import views
from kpis.metrics import METRICS


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
    path("", views.board, name="board"),
    path("<metric:key>/", views.metric, name="metric"),
    path("<metric:key>/rows/", views.rows, name="rows"),
    path("<metric:key>/target/", views.target_change, name="target_change"),
]
