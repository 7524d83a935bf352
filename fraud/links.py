"""Orders that belong together: by customer, device, IP address, delivery address, e-mail, phone."""

from dataclasses import dataclass

from core.actor import Actor
from core.statements import run_sql
from fraud.models import OrderRisk
from orders.models import Order

MOST = 20


@dataclass(frozen=True)
class Linked:
    """One other order, by what it is linked, and what became of its risk."""

    order: Order
    by: list[str]
    risk: OrderRisk | None


def linked_orders(order: Order, actor: Actor) -> list[Linked]:
    """The newest orders linked to this one that the actor may see, by the strongest links first."""
    rows = run_sql("fraud/links", order_id=order.pk, most=MOST)
    by = {row["order_id"]: row["by"] for row in rows}
    orders = Order.objects.visible_to(actor).filter(pk__in=by).for_list()
    risks = {risk.order_id: risk for risk in OrderRisk.objects.filter(order_id__in=by)}
    found = [Linked(other, by[other.pk], risks.get(other.pk)) for other in orders]
    return sorted(found, key=lambda link: (-len(link.by), -link.order.placed_at.timestamp()))
