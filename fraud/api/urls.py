"""Routes of fraud under /api/v1/."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from fraud.api.views import RiskViewSet, RuleViewSet, ThresholdsView

router = SimpleRouter(trailing_slash=False)
router.register("risk-assessments", RiskViewSet, basename="risk-assessment")
router.register("risk-rules", RuleViewSet, basename="risk-rule")
urlpatterns = [
    *router.urls,
    path("risk-thresholds", ThresholdsView.as_view(), name="risk-thresholds"),
]
