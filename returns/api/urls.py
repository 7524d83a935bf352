"""Routes of returns under /api/v1/."""

from rest_framework.routers import SimpleRouter

from returns.api.captures import CaptureViewSet
from returns.api.views import RefundViewSet, ReturnViewSet

router = SimpleRouter(trailing_slash=False)
router.register("returns", ReturnViewSet, basename="return")
router.register("refunds", RefundViewSet, basename="refund")
router.register("captures", CaptureViewSet, basename="capture")
urlpatterns = router.urls
