"""Routes of shipping under /api/v1/."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from shipping.api.tracking import TrackingView
from shipping.api.views import ManifestViewSet, ParcelViewSet, PickListViewSet, QuoteView

router = SimpleRouter(trailing_slash=False)
router.register("parcels", ParcelViewSet, basename="parcel")
router.register("pick-lists", PickListViewSet, basename="pick-list")
router.register("manifests", ManifestViewSet, basename="manifest")
urlpatterns = [
    *router.urls,
    path("rates/quote", QuoteView.as_view(), name="rates-quote"),
    path("tracking/<slug:carrier>", TrackingView.as_view(), name="tracking"),
]
