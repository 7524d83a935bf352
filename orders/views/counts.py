"""What a count of stock means for orders: some go short."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from core.actor import current_actor
from core.http import may
from inventory.models import StockCount
from orders.operations.short_for_count import short_for_count


@require_POST
@may("orders.short_for_count")
def short_for_a_count(request: HttpRequest, public_id: str) -> HttpResponse:
    """Take promises back of what was not found."""
    rows = StockCount.objects.visible_to(current_actor())
    count = get_object_or_404(rows, public_id=public_id)
    short = short_for_count(count.pk)
    numbers = ", ".join(order.number for order in short[:5])
    more = f" and {len(short) - 5} more" if len(short) > 5 else ""
    messages.success(request, f"Short now: {numbers}{more}. The count can be submitted.")
    return redirect(count)
