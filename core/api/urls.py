"""Routes of core under /api/v1/."""

from django.urls import URLPattern, URLResolver, path
from rest_framework.routers import SimpleRouter

from core.api.batches import BatchViewSet
from core.api.outside import DeliveryViewSet, TokenViewSet, WebhookViewSet
from core.api.people import ApprovalViewSet, NotesView, NotificationViewSet, WorkViewSet
from core.api.records import DecisionViewSet, EventFeed, JobViewSet

router = SimpleRouter(trailing_slash=False)
router.register("batches", BatchViewSet, basename="batch")
router.register("approvals", ApprovalViewSet, basename="approval")
router.register("work", WorkViewSet, basename="work")
router.register("notifications", NotificationViewSet, basename="notification")
router.register("decisions", DecisionViewSet, basename="decision")
router.register("jobs", JobViewSet, basename="job")
router.register("webhooks", WebhookViewSet, basename="webhook")
router.register("webhook-deliveries", DeliveryViewSet, basename="webhook-delivery")
router.register("tokens", TokenViewSet, basename="token")

urlpatterns: list[URLPattern | URLResolver] = [
    path("events", EventFeed.as_view(), name="events"),
    path("notes", NotesView.as_view(), name="notes"),
    *router.urls,
]
