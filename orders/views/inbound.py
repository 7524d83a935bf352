"""What comes in when."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core import clock
from core.actor import current_actor
from core.http import may
from inventory.budget_use import month_of, uses
from orders.inbound import MOST, by_week, coming_in, weeks_in


@require_safe
@may("inventory.view_purchaseorder")
def inbound(request: HttpRequest) -> HttpResponse:
    """The calendar of arrivals, with the orders that wait for each."""
    weeks = weeks_in(request.GET.get("weeks", ""))
    actor, today = current_actor(), clock.today()
    rows = coming_in(weeks, actor)
    months = (month_of(today), month_of(today + timedelta(weeks=weeks)))
    told = {
        "title": "Inbound",
        "weeks": weeks,
        "choices": [1, 4, 12, 26],
        "groups": by_week(rows),
        "more": len(rows) == MOST,
        "sees_orders": actor.may("orders.view_order"),
        "to_buy": uses(*months) if actor.may("inventory.view_budget") else [],
    }
    return render(request, "orders/inbound.html", told)
