"""What SKUs lack of all that channels ask for."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST, require_safe

from core.actor import current_actor
from core.http import may
from core.lists import list_page
from inventory import filters, forms, tables
from inventory.completeness import with_missing
from inventory.forms import require_valid
from inventory.models import Channel, Sku
from inventory.operations.catalog.places import change_channel

OTHERS = 8


def asking() -> list[Channel]:
    """Open channels within reach that ask for something."""
    mine = Channel.objects.visible_to(current_actor()).active().order_by("code")
    return [one for one in mine if one.list_needs or one.ship_needs]


@require_safe
@may("inventory.view_listing")
def start(request: HttpRequest) -> HttpResponse:
    """The first channel that asks for something; without one, where that is said."""
    found = asking()
    if found:
        return redirect("inventory:completeness", found[0].public_id)
    messages.info(request, "No channel asks for anything yet; its page says what a SKU must have.")
    return redirect("inventory:channel_list")


@require_safe
@may("inventory.view_listing")
def sku_list(request: HttpRequest, public_id: str) -> HttpResponse:
    """Each SKU that is sold, with what it lacks for one channel."""
    shop = _channel(public_id)
    others = [one for one in asking() if one.pk != shop.pk][:OTHERS]
    return list_page(
        request,
        rows=with_missing(Sku.objects.active(), shop),
        filters=filters.CompletenessFilter,
        table=tables.CompletenessTable,
        name="inventory.completeness",
        title=f"Completeness for {shop.name}",
        template="inventory/completeness.html",
        context={"channel": shop, "others": others},
        views=[("Not to be listed", "lacks=list"), ("Not to be shipped", "lacks=ship")],
    )


@require_POST
@may("inventory.change_channel")
def needs(request: HttpRequest, public_id: str) -> HttpResponse:
    """Say what a SKU must have there."""
    shop = _channel(public_id)
    changed = change_channel(shop.pk, require_valid(forms.NeedsForm(request.POST)))
    messages.success(request, f"Saved what {changed.name} asks for.")
    return redirect(changed)


def _channel(public_id: str) -> Channel:
    return get_object_or_404(Channel.objects.visible_to(current_actor()), public_id=public_id)
