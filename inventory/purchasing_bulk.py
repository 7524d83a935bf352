"""Acts on many orders to vendors; each row is one operation."""

from core.pages import BulkAct, bulk_acts
from inventory.operations.purchasing.approve import approve_purchase
from inventory.operations.purchasing.send import send_purchase


def approve(order_id: int) -> str:
    """Approve one draft; above one's limit or the budget a second person is asked."""
    outcome = approve_purchase(order_id)
    if outcome.approval is not None:
        return "Above your limit or the budget: a second person has been asked."
    return f"Approved: {outcome.order.total.shown()}."


def send(order_id: int) -> str:
    """Mail one approved order to its vendor."""
    return f"{send_purchase(order_id)} goes out by mail."


ACTS = {
    "approve": BulkAct(label="Approve", permission="inventory.approve_purchase", act=approve),
    "send": BulkAct(label="Send", permission="inventory.send_purchase", act=send),
}


def add_bulk_acts() -> None:
    """Offer them on the list of orders to vendors."""
    for key, act in ACTS.items():
        bulk_acts.add(f"purchasing.order_list {key}", act)
