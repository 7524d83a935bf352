"""What returns shows on other apps' pages, in the search, on Today and in the rail."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Q
from django.urls import reverse

from core.actor import Actor, current_actor
from core.approvals import waiting_on
from core.lists import CAP
from core.money import Money
from core.pages import Hit
from orders.models import Order
from returns.amounts import left_to_refund, owed_for_lost
from returns.due import authorized_of, due_of
from returns.models import Capture, Refund, ReturnAuthorization
from returns.returnable import returnable_lines
from shipping.models import Parcel
from shipping.operations.write_off import units_in
from shipping.states import ParcelState


def of_order(order: Order) -> dict[str, Any]:
    """Returns and refunds of one order, and whether more could come back."""
    actor = current_actor()
    rmas = ReturnAuthorization.objects.filter(order=order).order_by("-id")[:20]
    refunds = Refund.objects.filter(order=order).order_by("-id")[:20]
    open_units = sum(line.returnable for line in returnable_lines(order))  # type: ignore[attr-defined]
    left = left_to_refund(order)
    free = authorized_of(order)
    due = due_of(order) if free else Money.zero(order.currency)
    return {
        "order": order,
        "rmas": rmas,
        "refunds": refunds,
        "returnable": open_units,
        "left": left,
        "asked": waiting_on(f"order:{order.pk}").select_related("asked_by")[:20],
        "captures": Capture.objects.filter(order=order).order_by("-id")[:20],
        "due": due,
        "capture_label": f"Capture {due.shown()}",
        "may_capture": bool(due) and actor.may("returns.capture_order"),
        "may_request": bool(open_units) and actor.may("returns.request_return"),
        "may_refund": bool(left) and actor.may("returns.refund_order"),
    }


def of_parcel(parcel: Parcel) -> dict[str, Any]:
    """What giving up on a lost parcel gives back; nothing to show of any other."""
    if parcel.state != ParcelState.LOST or parcel.written_off_at is not None:
        return {"is_lost": False}
    order = parcel.fulfillment.order
    goods, shipping = owed_for_lost(order, units_in(parcel))
    asked = waiting_on(f"order:{order.pk}").filter(operation="returns.refund_lost")
    amount = goods + shipping
    return {
        "is_lost": True,
        "parcel": parcel,
        "goods": goods,
        "shipping": shipping,
        "label": f"Refund {amount.shown()}" if amount else "Give it up",
        "asked": asked.filter(arguments={"parcel_id": parcel.pk}).select_related("asked_by")[:1],
        "may_refund": current_actor().may("returns.refund_order"),
    }


def of_customer(customer: Any) -> dict[str, Any]:
    """The customer's latest returns."""
    rows = ReturnAuthorization.objects.filter(order__customer=customer).select_related("order")
    return {"rmas": rows.visible_to(current_actor()).order_by("-requested_at")[:10]}


def find(words: str, actor: Actor) -> Iterator[Hit]:
    """By number alone, by index: RMA-1042, RF-1042, CP-1042."""
    number = words.strip().upper()
    for kind, model in (
        ("Return", ReturnAuthorization),
        ("Refund", Refund),
        ("Capture", Capture),
    ):
        for row in (
            model.objects.visible_to(actor).filter(Q(number=number)).select_related("order")[:5]
        ):
            yield Hit(
                label=row.number,
                url=row.get_absolute_url(),
                kind=kind,
                note=f"Order {row.order.number}",
                exact=True,
            )


def to_inspect(actor: Actor) -> Any:
    """Received, and nobody has looked: oldest first."""
    return ReturnAuthorization.objects.visible_to(actor).to_inspect().order_by("received_at")


def to_refund(actor: Actor) -> Any:
    """Looked at, and the customer waits for the money: oldest first."""
    return ReturnAuthorization.objects.visible_to(actor).to_refund().order_by("inspected_at")


def to_approve(actor: Actor) -> Any:
    """The customer waits for a yes: oldest first."""
    return ReturnAuthorization.objects.visible_to(actor).to_approve().order_by("requested_at")


def stuck(actor: Actor) -> Any:
    """Refunds that wait for a person: oldest first."""
    return Refund.objects.visible_to(actor).stuck().order_by("requested_at")


def captures_stuck(actor: Actor) -> Any:
    """Captures that wait for a person: oldest first."""
    return Capture.objects.visible_to(actor).stuck().order_by("requested_at")


def uncaptured(actor: Actor) -> Any:
    """Orders of which goods have left while nothing was captured: oldest first."""
    return Order.objects.visible_to(actor).shipped_uncaptured().order_by("placed_at", "id")


def order_row(order: Order) -> tuple[str, str, Any]:
    """A row of the lane of orders that left uncaptured."""
    return f"Order {order.number}", f"{order.get_absolute_url()}#returns", order.placed_at


def capture_row(capture: Capture) -> tuple[str, str, Any]:
    """A row of the lane of captures that are stuck."""
    return capture.number, capture.get_absolute_url(), capture.requested_at


def desk_row(rma: ReturnAuthorization) -> tuple[str, str, Any]:
    """A row of the lane of returns to inspect."""
    return rma.number, f"{reverse('returns:desk')}?scan={rma.number}", rma.received_at


def to_refund_row(rma: ReturnAuthorization) -> tuple[str, str, Any]:
    """A row of the lane of returns to refund."""
    return rma.number, rma.get_absolute_url(), rma.inspected_at


def rma_row(rma: ReturnAuthorization) -> tuple[str, str, Any]:
    """A row of the lane of returns to approve."""
    return rma.number, rma.get_absolute_url(), rma.requested_at


def refund_row(refund: Refund) -> tuple[str, str, Any]:
    """A row of the lane of refunds that are stuck."""
    return refund.number, refund.get_absolute_url(), refund.requested_at


def count_under_way(actor: Actor) -> int:
    """Returns that wait for somebody here: to approve, to inspect, to refund."""
    rows = ReturnAuthorization.objects.visible_to(actor).under_way()
    return rows.exclude(status="approved").order_by()[:CAP].count()


def count_stuck(actor: Actor) -> int:
    """Refunds that wait for a person."""
    return stuck(actor).order_by()[:CAP].count()


def count_captures_stuck(actor: Actor) -> int:
    """Captures that wait for a person."""
    return captures_stuck(actor).order_by()[:CAP].count()
