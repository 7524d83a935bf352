"""What comes in when."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.actor import current_actor
from core.http import may
from orders.inbound import MOST, by_week, coming_in, weeks_in


@require_safe
@may("inventory.view_purchaseorder")
def inbound(request: HttpRequest) -> HttpResponse:
    """The calendar of arrivals, with the orders that wait for each."""
    weeks = weeks_in(request.GET.get("weeks", ""))
    rows = coming_in(weeks, current_actor())
    told = {
        "title": "Inbound",
        "weeks": weeks,
        "choices": [1, 4, 12, 26],
        "groups": by_week(rows),
        "more": len(rows) == MOST,
        "sees_orders": current_actor().may("orders.view_order"),
    }
    return render(request, "orders/inbound.html", told)
