"""The work of warehouses, as orders see it."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from core.actor import current_actor
from core.http import may
from core.lists import list_page
from orders.filters import FulfillmentFilter
from orders.models import FulfillmentOrder
from orders.tables import FulfillmentTable

VIEWS = (
    ("To pick", "status=open"),
    ("Picking", "status=picking"),
    ("To pack", "status=picked"),
    ("To hand over", "status=packed"),
    ("Late", "late=true"),
    ("In transit", "status=shipped"),
)


@require_safe
@may("orders.view_fulfillmentorder")
def fulfillment_list(request: HttpRequest) -> HttpResponse:
    return list_page(
        request,
        rows=FulfillmentOrder.objects.visible_to(current_actor()).for_list(),
        filters=FulfillmentFilter,
        table=FulfillmentTable,
        name="orders.fulfillment_list",
        title="Fulfillment orders",
        views=VIEWS,
    )
