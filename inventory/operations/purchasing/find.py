"""From the codes that people and files use to vendors and orders; misses are told by field."""

from core.actor import current_actor
from core.errors import BadValue
from inventory.models import PurchaseOrder, Vendor


def vendor_called(code: str, *, field: str = "vendor") -> Vendor:
    """The vendor of that code. Raises BadValue."""
    found = Vendor.objects.filter(code=code).first()
    if found is None:
        raise BadValue(field=field, fix=f"There is no vendor {code}.")
    return found


def purchase_called(number: str, *, field: str = "order") -> PurchaseOrder:
    """The order of that number, within reach. Raises BadValue."""
    mine = PurchaseOrder.objects.visible_to(current_actor()).for_list()
    found = mine.filter(number__iexact=number).first()
    if found is None:
        raise BadValue(field=field, fix=f"There is no order {number}.")
    return found
