"""Routes of KPIs under /api/v1/."""

from rest_framework.routers import SimpleRouter

from kpis.api.views import MetricViewSet

router = SimpleRouter(trailing_slash=False)
router.register("metrics", MetricViewSet, basename="metric")
urlpatterns = router.urls
