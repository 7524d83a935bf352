"""From the API's document of an order to the order; one at a time and many at once."""

from functools import lru_cache
from typing import Any

from core.errors import BadValue, NotThere
from inventory.models import Channel
from orders.api.serializers import order_in
from orders.models import Order
from orders.operations.place import place_order


@lru_cache(maxsize=1024)
def channel_id_of(code: str) -> int:
    """The id of a channel's code, which never changes; whether it may be used is asked later."""
    found = Channel.objects.filter(code=code).values_list("pk", flat=True).first()
    if found is None:
        raise NotThere(kind="channel")
    return int(found)


def placed(given: dict[str, Any]) -> Order:
    """Place what OrderInput has checked. Raises what `place_order` does, BadValue for a channel."""
    code, order = given["channel"], order_in(given)
    for remembered in (True, False):  # a channel that was made anew has another id
        try:
            return place_order(channel_id_of(code), order)
        except NotThere:
            channel_id_of.cache_clear()
            if not remembered:
                break
    raise BadValue(field="channel", fix=f"There is no channel {code}.")
