"""Routes of customer service under /api/v1/."""

from rest_framework.routers import SimpleRouter

from support.api.views import CaseViewSet, NoticeViewSet

router = SimpleRouter(trailing_slash=False)
router.register("cases", CaseViewSet, basename="case")
router.register("notices", NoticeViewSet, basename="notice")
urlpatterns = router.urls
