"""Routes of fraud under /api/v1/."""

from rest_framework.routers import SimpleRouter

from fraud.api.views import RiskViewSet, RuleViewSet

router = SimpleRouter(trailing_slash=False)
router.register("risk-assessments", RiskViewSet, basename="risk-assessment")
router.register("risk-rules", RuleViewSet, basename="risk-rule")
urlpatterns = router.urls
