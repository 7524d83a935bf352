"""Routes of orders under /api/v1/."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from orders.api import counts, imports, inbound, views

router = SimpleRouter(trailing_slash=False)
router.register("orders", views.OrderViewSet, basename="order")
router.register("customers", views.CustomerViewSet, basename="customer")
router.register("fulfillment-orders", views.FulfillmentOrderViewSet, basename="fulfillment-order")
router.register("exceptions", views.OrderExceptionViewSet, basename="exception")
router.register("import-profiles", imports.ImportProfileViewSet, basename="import-profile")
urlpatterns = [
    path("orders/import", imports.ImportView.as_view(), name="order-import"),
    path("inbound", inbound.InboundView.as_view(), name="inbound"),
    path("orders/short-for-count", counts.ShortForCountView.as_view(), name="short-for-count"),
    *router.urls,
]
