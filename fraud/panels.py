"""Where fraud plugs into pages of other apps: the order page, Today, search."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse

from core.actor import Actor
from core.pages import Hit
from fraud.models import OrderRisk
from fraud.states import RiskState
from orders.models import Order

CAP = 1000


def risk_of(order: Order) -> dict[str, Any]:
    """Context of the panel on the order page; the panel shows that nothing is scored yet, too."""
    risk = OrderRisk.objects.select_related("assessment").filter(order=order).first()
    return {"risk": risk, "reasons": risk.assessment.reasons if risk and risk.assessment else []}


def risk_url(order: Order) -> str:
    """Where the risk of the order is decided; the queue while it is not scored yet."""
    risk = OrderRisk.objects.filter(order=order).first()
    return risk.get_absolute_url() if risk else reverse("fraud:risk_queue")


def waiting(actor: Actor) -> Any:
    """Orders held for risk, oldest first."""
    rows = OrderRisk.objects.visible_to(actor).to_review().select_related("order")
    return rows.order_by("review_at", "id")


def waiting_row(risk: OrderRisk) -> tuple[str, str, Any]:
    """A row of the lane: what waits, its page, since when."""
    return (
        f"{risk.order.number}: {risk.score} points, {risk.expected_loss.shown()} at risk",
        risk.get_absolute_url(),
        risk.review_at or risk.scored_at,
    )


def refused(actor: Actor) -> Any:
    """Open orders that were refused for risk, the longest first: somebody is to cancel them."""
    rows = Order.objects.visible_to(actor).open().filter(why_code="risk_refused")
    return rows.order_by("ship_by", "id")


def refused_row(order: Order) -> tuple[str, str, Any]:
    """A row of the lane: where it is cancelled or decided again, since when it was placed."""
    return f"Order {order.number}: cancel and refund it", order.get_absolute_url(), order.placed_at


def waiting_count(actor: Actor) -> int:
    """For the rail; capped."""
    return int(OrderRisk.objects.visible_to(actor).to_review().order_by()[:CAP].count())


def find(words: str, actor: Actor) -> Iterable[Hit]:
    """The risk of an order, by its number."""
    rows = OrderRisk.objects.visible_to(actor).select_related("order").filter(order__number=words)
    for risk in rows[:5]:
        state = RiskState(risk.state).label
        note = f"{risk.score} points, {state.lower()}"
        yield Hit(
            label=f"Risk of order {words}", url=risk.get_absolute_url(), kind="Risk", note=note
        )
