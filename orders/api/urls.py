"""Routes of orders under /api/v1/."""

from rest_framework.routers import SimpleRouter

from orders.api import views

router = SimpleRouter(trailing_slash=False)
router.register("orders", views.OrderViewSet, basename="order")
router.register("customers", views.CustomerViewSet, basename="customer")
router.register("fulfillment-orders", views.FulfillmentOrderViewSet, basename="fulfillment-order")
router.register("exceptions", views.OrderExceptionViewSet, basename="exception")
urlpatterns = router.urls
