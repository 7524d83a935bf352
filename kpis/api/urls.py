"""Routes of KPIs under /api/v1/."""

from rest_framework.routers import SimpleRouter

from kpis.api.forecasts import ForecastViewSet
from kpis.api.views import MetricViewSet

router = SimpleRouter(trailing_slash=False)
router.register("metrics", MetricViewSet, basename="metric")
router.register("forecasts", ForecastViewSet, basename="forecast")
urlpatterns = router.urls
