"""Acts on one order: each posts, calls its operation, and comes back to the order."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from core.actor import current_actor
from core.errors import BadValue, NotThere
from core.http import may
from core.ids import new_public_id
from core.pages import offer_undo
from orders.forms import AddressForm, HoldForm, PaymentForm, RaiseForm, ReasonForm
from orders.models import FulfillmentOrder
from orders.operations.address import change_address
from orders.operations.cancel import cancel_order
from orders.operations.cancel_short import cancel_short
from orders.operations.exceptions import raise_exception
from orders.operations.fill import retry_allocation
from orders.operations.fulfillment.ship import cancel_fulfillment
from orders.operations.gates import clear_gate, refuse_gate
from orders.operations.hold import hold_order, resume_order
from orders.operations.payments import record_payment
from orders.operations.release import release_order
from orders.operations.source import source_order
from orders.states import ExceptionKind, OrderStatus
from orders.views.orders import found_order

ASKED = "That gives back more than one person may: a second one has been asked."


def valid(form: Any) -> dict[str, Any]:
    """The form's values; raises BadValue for the first field that is wrong."""
    if not form.is_valid():
        field, errors = next(iter(form.errors.items()))
        raise BadValue(field=field, fix=" ".join(errors))
    return dict(form.cleaned_data)


@require_POST
@may("orders.hold_order")
def order_hold(request: HttpRequest, public_id: str) -> HttpResponse:
    order = found_order(public_id)
    hold = hold_order(order.pk, **valid(HoldForm(request.POST)))
    undo = reverse("orders:order_resume", args=[order.public_id])
    offer_undo(request, f"Order {order} is held.", f"{undo}?hold_id={hold.pk}")
    return redirect(order)


@require_POST
@may("orders.hold_order")
def order_resume(request: HttpRequest, public_id: str) -> HttpResponse:
    order = found_order(public_id)
    hold = request.POST.get("hold_id") or request.GET.get("hold_id", "")
    if hold and not (hold.isascii() and hold.isdigit() and len(hold) < 18):
        raise NotThere(kind="hold")  # never all of them because one was misspelled
    resume_order(order.pk, hold_id=int(hold) if hold else None)
    messages.success(request, f"Order {order} goes on.")
    return redirect(order)


@require_POST
@may("orders.release_order")
def order_release(request: HttpRequest, public_id: str) -> HttpResponse:
    order = found_order(public_id)
    made = release_order(order.pk)
    places = ", ".join(dict.fromkeys(row.warehouse.name for row in made))
    messages.success(request, f"Order {order} was released to {places}.")
    return redirect(order)


@require_POST
@may("orders.cancel_order")
def order_cancel(request: HttpRequest, public_id: str) -> HttpResponse:
    order = found_order(public_id)
    after = cancel_order(order.pk, **valid(ReasonForm(request.POST)))
    if after.status == OrderStatus.CANCELLED:
        messages.success(request, f"Order {order} was cancelled.")
    else:
        messages.info(request, f"{ASKED} Until then it is held.")
    return redirect(order)


@require_POST
@may("orders.retry_allocation")
def order_fill(request: HttpRequest, public_id: str) -> HttpResponse:
    order = found_order(public_id)
    units = retry_allocation(order.pk)
    promised = "1 unit was promised." if units == 1 else f"{units} units were promised."
    said = promised if units else "There is still no stock for it."
    (messages.success if units else messages.warning)(request, said)
    return redirect(order)


@require_POST
@may("orders.cancel_order")
def order_cancel_short(request: HttpRequest, public_id: str) -> HttpResponse:
    order = cancel_short(found_order(public_id).pk, **valid(ReasonForm(request.POST)))
    if any(line.units_short for line in order.lines.all()):
        messages.info(request, f"{ASKED} Until then it is held.")
    else:
        messages.success(request, f"What was missing of order {order} was cancelled.")
    return redirect(order)


@require_POST
@may("orders.source_order")
def order_source(request: HttpRequest, public_id: str) -> HttpResponse:
    order = found_order(public_id)
    decision = source_order(order.pk, again=True)
    messages.success(request, decision.sentence if decision else "There is nothing to choose.")
    return redirect(order)


@require_POST
@may("orders.raise_exception")
def order_exception(request: HttpRequest, public_id: str) -> HttpResponse:
    """Put the order on the exceptions queue by hand."""
    order, given = found_order(public_id), valid(RaiseForm(request.POST))
    key = f"by hand {new_public_id()}"
    row = raise_exception(ExceptionKind.OTHER, order_id=order.pk, key=key, **given)
    messages.success(request, "It is on the exceptions queue.")
    return redirect(row)


@require_POST
@may("orders.clear_gate")
def order_gate(request: HttpRequest, public_id: str, gate: str) -> HttpResponse:
    """Decide a gate by hand, over its owner's head; the reason says why."""
    order, reason = found_order(public_id), valid(ReasonForm(request.POST))["reason"]
    if request.POST.get("decision") == "refuse":
        refuse_gate(order.pk, gate=gate, sentence=f"By hand: {reason}")
    else:
        clear_gate(order.pk, gate=gate, sentence=f"By hand: {reason}")
    messages.success(request, f"The {gate} gate of order {order} was decided.")
    return redirect(order)


@require_POST
@may("orders.record_payment")
def order_payment(request: HttpRequest, public_id: str) -> HttpResponse:
    order = found_order(public_id)
    row = record_payment(order.pk, **valid(PaymentForm(request.POST, currency=order.currency)))
    messages.success(request, f"{row.get_kind_display()}: {row.amount.shown()}.")
    return redirect(order)


@require_http_methods(["GET", "HEAD", "POST"])
@may("orders.change_address")
def order_address(request: HttpRequest, public_id: str) -> HttpResponse:
    order = found_order(public_id)
    to = order.ship_to
    form = AddressForm(
        request.POST or None,
        initial={name: getattr(to, name) for name in AddressForm.base_fields},
    )
    if request.method == "POST" and form.is_valid():
        problem = change_address(order.pk, address=form.address()).ship_to.problem
        if problem:
            messages.warning(request, f"Saved, but it cannot be delivered to: {problem}.")
        else:
            messages.success(request, f"Order {order} goes to {form.cleaned_data['name']}.")
        return redirect(order)
    told = {"title": f"Address of order {order}", "order": order, "form": form}
    return render(request, "orders/address.html", told)


@require_POST
@may("orders.cancel_fulfillment")
def fulfillment_cancel(request: HttpRequest, public_id: str) -> HttpResponse:
    rows = FulfillmentOrder.objects.visible_to(current_actor()).for_list()
    row = get_object_or_404(rows, public_id=public_id)
    cancel_fulfillment(row.pk, **valid(ReasonForm(request.POST)))
    messages.success(request, f"{row} was taken back from {row.warehouse.name}.")
    return redirect(row)
