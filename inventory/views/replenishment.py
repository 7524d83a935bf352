"""What to buy, and how each SKU is bought."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from core import clock
from core.actor import current_actor
from core.http import may
from core.lists import list_page
from inventory import filters, forms, tables
from inventory.advice import MOST as MOST_ADVISED
from inventory.advice import advise
from inventory.advice_forms import read_taken, shown_by_place
from inventory.budget_use import month_of, next_month, uses
from inventory.models import Replenishment, Sku, Warehouse
from inventory.operations.catalog.find import warehouse_called
from inventory.operations.replenishment.set_replenishment import set_replenishment
from inventory.operations.replenishment.take_advice import take_advice


@require_safe
@may("inventory.view_replenishment")
def advice(request: HttpRequest) -> HttpResponse:
    return list_page(
        request,
        rows=Replenishment.objects.visible_to(current_actor()).for_list(),
        filters=filters.ReplenishmentFilter,
        table=tables.ReplenishmentTable,
        name="inventory.replenishment",
        title="Replenishment",
        views=[("To buy", "below=true")],
        template="inventory/replenishment_list.html",
    )


@require_POST
@may("inventory.set_replenishment")
def change(request: HttpRequest, public_id: str) -> HttpResponse:
    sku = get_object_or_404(Sku, public_id=public_id)
    given = forms.require_valid(forms.ReplenishmentForm(request.POST))
    set_replenishment(sku.pk, given)
    messages.success(request, f"How {sku} is bought was changed; its reorder points follow.")
    return redirect(sku)


SHOWN = 150  # more would not fit into one form


@require_safe
@may("inventory.view_supplierproduct")
def advised(request: HttpRequest) -> HttpResponse:
    """What to move and what to buy, by warehouse and vendor; edited in place, made in one act."""
    code = request.GET.get("warehouse", "")
    place = warehouse_called(code) if code else None
    actor = current_actor()
    found = advise(actor, warehouse_id=place.pk if place else None)
    now = month_of(clock.today())
    told = {
        "title": "What to move and buy",
        "groups": shown_by_place(found[:SHOWN]),
        "count": len(found),
        "more": len(found) > SHOWN or len(found) == MOST_ADVISED,
        "places": Warehouse.objects.active().visible_to(actor).order_by("code"),
        "place": place,
        "budgets": uses(now, next_month(now)) if actor.may("inventory.view_budget") else [],
        "may_take": actor.may("inventory.take_advice"),
    }
    return render(request, "inventory/advice.html", told)


@require_POST
@may("inventory.take_advice")
def take(request: HttpRequest) -> HttpResponse:
    made = take_advice(read_taken(request.POST))
    for row in (*made.orders, *made.transfers):
        messages.success(request, f"{row} was made.")
    if len(made.orders) == 1 and not made.transfers:
        return redirect(made.orders[0])
    return redirect("inventory:advice")
