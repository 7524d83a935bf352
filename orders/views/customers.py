"""Customers: the list, and one with their orders."""

from django.db.models import Count, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from core.actor import current_actor
from core.http import may
from core.lists import list_page
from core.money import Money
from core.pages import detail_page
from orders.filters import CustomerFilter
from orders.models import Customer, Order
from orders.ports import customer_panels
from orders.states import OrderStatus
from orders.tables import CustomerTable, OrderTable

NEWEST = 20


@require_safe
@may("orders.view_customer")
def customer_list(request: HttpRequest) -> HttpResponse:
    return list_page(
        request,
        rows=Customer.objects.visible_to(current_actor()),
        filters=CustomerFilter,
        table=CustomerTable,
        name="orders.customer_list",
        title="Customers",
    )


@require_safe
@may("orders.view_customer")
def customer(request: HttpRequest, public_id: str) -> HttpResponse:
    rows = Customer.objects.visible_to(current_actor())
    subject = get_object_or_404(rows, public_id=public_id)
    orders = Order.objects.visible_to(current_actor()).filter(customer=subject)
    newest = orders.for_list().order_by("-placed_at", "-id")[:NEWEST]
    kept = orders.exclude(status=OrderStatus.CANCELLED).filter(test=False)
    sums = kept.values("currency").annotate(count=Count("id"), minor=Sum("total"))
    context = {
        "title": subject.name,
        "table": OrderTable(list(newest), exclude=["customer"]),
        "sums": [
            {
                "count": row["count"],
                "total": Money(int(row["minor"]), row["currency"]),
                "average": Money(int(row["minor"]) // row["count"], row["currency"]),
            }
            for row in sums.order_by("-count", "currency")
        ],
        "more": orders.count() > NEWEST,
        "addresses": subject.addresses.order_by("-id")[:5],
    }
    return detail_page(
        request,
        subject=subject,
        kind="customer",
        template="orders/customer.html",
        slot=customer_panels,
        context=context,
    )
