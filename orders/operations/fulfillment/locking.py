"""The order of locks: the order first, then its fulfillment orders."""

from core.actor import current_actor
from core.errors import NotThere
from orders.models import FulfillmentOrder, Order


def locked(fulfillment_id: int) -> tuple[FulfillmentOrder, Order]:
    """Lock the order, then the fulfillment order. Raises NotThere when it is out of reach."""
    row = FulfillmentOrder.objects.filter(pk=fulfillment_id).first()
    if row is None or not current_actor().reaches(row):
        raise NotThere(kind="fulfillment order")
    order = Order.objects.select_for_update(no_key=True, of=("self",)).get(pk=row.order_id)
    row = FulfillmentOrder.objects.select_for_update(no_key=True, of=("self",)).get(pk=row.pk)
    return row, order
