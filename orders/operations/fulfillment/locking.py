"""The order of locks: the order first, then its fulfillment orders."""

from collections.abc import Iterable

from core.actor import current_actor
from core.errors import NotThere
from core.rows import locked_row
from orders.errors import KeptBack
from orders.models import FulfillmentOrder, Order
from orders.why import in_the_way


def locked(fulfillment_id: int) -> tuple[FulfillmentOrder, Order]:
    """Lock the order, then the fulfillment order. Raises NotThere when it is out of reach."""
    known = FulfillmentOrder.objects.filter(pk=fulfillment_id).values_list("order", flat=True)
    order = locked_row(Order, next(iter(known), 0))
    row = locked_row(FulfillmentOrder, fulfillment_id)
    if order is None or row is None or not current_actor().reaches(row):
        raise NotThere(kind="fulfillment order")
    return row, order


def require_free_to_go(fulfillment_ids: Iterable[int]) -> None:
    """Before a step that cannot be undone: refuse what has been held or refused since its release.

    The caller has locked the orders, so that nobody holds one meanwhile. Raises KeptBack.
    """
    rows = FulfillmentOrder.objects.filter(pk__in=fulfillment_ids).kept_back()
    row = rows.select_related("order").order_by("id").first()
    if row is not None:
        reasons = in_the_way(row.order)
        raise KeptBack(
            number=row.order.number,
            why=" ".join(reason.sentence for reason in reasons),
            reasons=[reason.code for reason in reasons],
        )
