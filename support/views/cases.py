"""Pages of cases: the inbox, one case, a new one."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.actor import current_actor
from core.errors import BadValue
from core.http import may
from core.lists import list_page
from core.pages import detail_page
from core.views.notes import say_who_was_told
from orders.models import Customer, Order
from support.about import about_orders
from support.filters import CaseFilter
from support.forms import CaseForm, colleagues
from support.models import Case
from support.operations.assign import assign_case, link_order, set_case_priority
from support.operations.close_case import close_case, reopen_case
from support.operations.converse import add_case_note, receive_message, reply_case
from support.operations.open_case import MessageIn, open_case
from support.states import Priority
from support.tables import CaseTable


def case_or_404(public_id: str) -> Case:
    rows = Case.objects.visible_to(current_actor()).for_list()
    return get_object_or_404(rows, public_id=public_id)


@require_safe
@may("support.view_case")
def case_list(request: HttpRequest) -> HttpResponse:
    return list_page(
        request,
        rows=Case.objects.visible_to(current_actor()).for_list(),
        filters=CaseFilter,
        table=CaseTable,
        name="support.case_list",
        title="Cases",
        views=[
            ("To answer", "state=open&sort=due"),
            ("Past due", "past_due=true&sort=due"),
            ("Mine", "mine=true"),
            ("Nobody’s", "unassigned=true&sort=due"),
            ("Waiting for the customer", "state=waiting"),
            ("Closed", "state=closed"),
        ],
    )


@require_safe
@may("support.view_case")
def case(request: HttpRequest, public_id: str) -> HttpResponse:
    found = case_or_404(public_id)
    said = found.messages.select_related("author", "notice").order_by("id")
    return detail_page(
        request,
        subject=found,
        kind="case",
        template="support/case.html",
        context={
            "title": found.number,
            "case": found,
            "conversation": said,
            "orders": found.orders.order_by("-placed_at"),
            "about": about_orders(found),
            "notes_elsewhere": True,
            "colleagues": colleagues(),
            "priorities": Priority.choices,
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@may("support.open_case")
def new_for_order(request: HttpRequest, public_id: str) -> HttpResponse:
    """A case about an order."""
    orders = Order.objects.visible_to(current_actor()).select_related("customer")
    order = get_object_or_404(orders, public_id=public_id)
    told = {"title": f"New case on order {order.number}", "back": order}
    return _new(request, told, order.channel_id, order_ids=[order.pk])


@require_http_methods(["GET", "HEAD", "POST"])
@may("support.open_case")
def new_for_customer(request: HttpRequest, public_id: str) -> HttpResponse:
    """A case of a customer, on the channel of their latest order."""
    orders = Order.objects.visible_to(current_actor()).order_by("-placed_at")
    customer = get_object_or_404(Customer, public_id=public_id)
    latest = orders.filter(customer=customer).first()
    if latest is None:
        raise BadValue(field="customer", fix="they have no order that you may see.")
    told = {"title": f"New case of {customer.name}", "back": customer}
    return _new(request, told, latest.channel_id, customer_id=customer.pk)


def _new(request: HttpRequest, told: dict[str, Any], channel_id: int, **about: Any) -> HttpResponse:
    form = CaseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        message = MessageIn(body=given.pop("body"))
        made = open_case(channel_id, message=message, **given, **about)
        messages.success(request, f"Case {made.number} is open.")
        return redirect(made)
    return render(request, "support/new.html", {**told, "form": form})


@require_POST
@may("support.reply_case")
def reply(request: HttpRequest, public_id: str) -> HttpResponse:
    found = case_or_404(public_id)
    closing = "close" in request.POST
    reply_case(found.pk, body=request.POST.get("body", ""), close=closing)
    messages.success(request, "The answer is on its way.")
    return redirect(found)


@require_POST
@may("support.add_note")
def note(request: HttpRequest, public_id: str) -> HttpResponse:
    found = case_or_404(public_id)
    written = add_case_note(found.pk, body=request.POST.get("body", ""))
    say_who_was_told(request, written.audience)
    return redirect(found)


@require_POST
@may("support.receive_message")
def heard(request: HttpRequest, public_id: str) -> HttpResponse:
    """What the customer said on the phone, in a chat."""
    found = case_or_404(public_id)
    receive_message(found.pk, message=MessageIn(body=request.POST.get("body", "")))
    return redirect(found)


@require_POST
@may("support.assign_case")
def assign(request: HttpRequest, public_id: str) -> HttpResponse:
    found = case_or_404(public_id)
    chosen = request.POST.get("assignee", "")
    if chosen and not (chosen.isascii() and chosen.isdigit() and len(chosen) < 18):
        raise BadValue(field="assignee", fix="choose somebody from the list.")
    assign_case(found.pk, user_id=int(chosen) if chosen else None)
    return redirect(found)


@require_POST
@may("support.assign_case")
def prioritize(request: HttpRequest, public_id: str) -> HttpResponse:
    found = case_or_404(public_id)
    chosen = request.POST.get("priority", "")
    set_case_priority(found.pk, priority=int(chosen) if chosen in {"1", "2", "3", "4"} else 0)
    return redirect(found)


@require_POST
@may("support.open_case")
def link(request: HttpRequest, public_id: str) -> HttpResponse:
    found = case_or_404(public_id)
    orders = Order.objects.visible_to(current_actor())
    order = orders.filter(number=request.POST.get("order", "").strip()[:32]).first()
    if order is None:
        raise BadValue(field="order", fix="there is no such order.")
    link_order(found.pk, order_id=order.pk)
    return redirect(found)


@require_POST
@may("support.close_case")
def close(request: HttpRequest, public_id: str) -> HttpResponse:
    found = case_or_404(public_id)
    close_case(found.pk, resolution=request.POST.get("resolution", ""))
    messages.success(request, f"Case {found.number} is closed.")
    return redirect(found)


@require_POST
@may("support.close_case")
def reopen(request: HttpRequest, public_id: str) -> HttpResponse:
    found = case_or_404(public_id)
    reopen_case(found.pk, reason=request.POST.get("reason", ""))
    messages.success(request, f"Case {found.number} is open again.")
    return redirect(found)
