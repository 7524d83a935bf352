"""The orders list and the page of one order."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from core import clock
from core.actor import current_actor
from core.http import may
from core.lists import list_page
from core.models import Decision
from core.pages import detail_page
from orders.filters import OrderFilter
from orders.forms import HoldForm, PaymentForm, RaiseForm, ReasonForm
from orders.models import FulfillmentOrder, Order
from orders.ports import order_panels, why_urls
from orders.shown import allocations_of, ledger_rows, money_parts
from orders.sourcing import KIND as SOURCING
from orders.states import FulfillmentStatus, OrderStatus
from orders.tables import WHY_TONES, OrderTable
from orders.why import LABELS, why_not_shipped

VIEWS = (
    ("All open", "status=open"),
    ("Late to ship", "late=true"),
    ("Held", "why=held"),
    ("Risk", "why=risk_pending&why=risk_refused"),
    ("Short", "why=short"),
    ("Preordered", "why=preorder"),
    ("Shipped today", "shipped_today=true"),
)
TOO_LATE = (
    FulfillmentStatus.PARTLY_SHIPPED,
    FulfillmentStatus.SHIPPED,
    FulfillmentStatus.DELIVERED,
    FulfillmentStatus.LOST,
)


@require_safe
@may("orders.view_order")
def order_list(request: HttpRequest) -> HttpResponse:
    return list_page(
        request,
        rows=Order.objects.visible_to(current_actor()).for_list(),
        filters=OrderFilter,
        table=OrderTable,
        name="orders.order_list",
        title="Orders",
        template="orders/order_list.html",
        views=VIEWS,
    )


@require_safe
@may("orders.view_order")
def order(request: HttpRequest, public_id: str) -> HttpResponse:
    subject = found_order(public_id)
    reasons = why_not_shipped(subject)
    lines = list(subject.lines.select_related("sku").order_by("position"))
    for line in lines:
        line.order = subject  # its money reads the order's currency
    context = {
        "title": f"Order {subject.number}",
        "reasons": [_reason(subject, reason) for reason in reasons],
        "late": subject.why_code and subject.ship_by < clock.now() and not _left(subject),
        "lines": lines,
        "promised": allocations_of(lines),
        "fulfillments": FulfillmentOrder.objects.filter(order=subject)
        .select_related("warehouse")
        .prefetch_related("lines__order_line__sku")
        .order_by("id"),
        "parts": money_parts(subject),
        "ledger": ledger_rows(subject),
        "holds": subject.holds.filter(released_at=None).order_by("held_at"),
        "gates": subject.clearances.order_by("id"),
        "exceptions": subject.exceptions.filter(resolved_at=None).order_by("urgent_at"),
        "decision": Decision.objects.filter(subject=f"order:{subject.pk}", kind=SOURCING)
        .order_by("-id")
        .first(),
        "can": acts_for(subject, {reason.code for reason in reasons}),
        "hold": HoldForm(auto_id="hold-%s"),
        "raise": RaiseForm(auto_id="raise-%s"),
        "cancel": ReasonForm(auto_id="cancel-%s"),
        "payment": PaymentForm(currency=subject.currency, auto_id="payment-%s"),
    }
    return detail_page(
        request,
        subject=subject,
        kind="order",
        template="orders/order.html",
        slot=order_panels,
        context=context,
    )


def found_order(public_id: str) -> Order:
    """The order of that address, within reach; else a 404."""
    rows = Order.objects.visible_to(current_actor()).for_list()
    return get_object_or_404(rows.select_related("ship_to", "bill_to"), public_id=public_id)


def acts_for(order: Order, codes: set[str]) -> dict[str, bool]:
    """What this person may do with the order as it is now; operations ask again.

    `codes` are those of the reasons why it has not shipped.
    """
    actor, is_open = current_actor(), order.status == OrderStatus.OPEN
    unreleased = order.fulfillment_status == FulfillmentStatus.NONE
    lacks = bool(codes & {"short", "preorder"})
    return {
        "hold": is_open and actor.may("orders.hold_order"),
        "release": "ready_to_release" in codes and actor.may("orders.release_order"),
        "cancel": is_open and not _left(order) and actor.may("orders.cancel_order"),
        "address": is_open and not _left(order) and actor.may("orders.change_address"),
        "fill": "short" in codes and actor.may("orders.retry_allocation"),
        "cancel_short": lacks and actor.may("orders.cancel_order"),
        "source": is_open and unreleased and actor.may("orders.source_order"),
        "pay": actor.may("orders.record_payment"),
        "gates": is_open and actor.may("orders.clear_gate"),
        "raise": actor.may("orders.raise_exception"),
        "fulfillment": actor.may("orders.cancel_fulfillment"),
    }


def _left(order: Order) -> bool:
    return order.fulfillment_status in TOO_LATE


def _reason(order: Order, reason: Any) -> dict[str, Any]:
    link = why_urls.get(reason.code)
    return {
        "code": reason.code,
        "label": LABELS.get(reason.code, reason.code),
        "tone": WHY_TONES.get(LABELS.get(reason.code, ""), "info"),
        "sentence": reason.sentence,
        "act": reason.act,
        "url": reason.url or (link(order) if link else ""),
    }
