"""What to buy, and how each SKU is bought."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST, require_safe

from core.actor import current_actor
from core.http import may
from core.lists import list_page
from inventory import filters, forms, tables
from inventory.models import Replenishment, Sku
from inventory.operations.replenishment.set_replenishment import set_replenishment


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
    )


@require_POST
@may("inventory.set_replenishment")
def change(request: HttpRequest, public_id: str) -> HttpResponse:
    sku = get_object_or_404(Sku, public_id=public_id)
    given = forms.require_valid(forms.ReplenishmentForm(request.POST))
    set_replenishment(sku.pk, given)
    messages.success(request, f"How {sku} is bought was changed; its reorder points follow.")
    return redirect(sku)
