"""Channels, what they list, and what they have been told."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.actor import current_actor
from core.http import may
from core.lists import list_page
from core.pages import detail_page
from inventory import filters, forms, tables
from inventory.completeness import needs_of
from inventory.health import health_of_channels
from inventory.models import Channel, Listing, StockPush
from inventory.operations.catalog.find import sku_called
from inventory.operations.catalog.listings import change_listing, create_listing, map_listing
from inventory.operations.sync.push import retry_pushes
from inventory.tasks import compare_stock, push_stock
from inventory.views.forms import applied


@require_safe
@may("inventory.view_channel")
def channel_list(request: HttpRequest) -> HttpResponse:
    return list_page(
        request,
        rows=Channel.objects.visible_to(current_actor()),
        filters=filters.ChannelFilter,
        table=tables.ChannelTable,
        name="inventory.channel_list",
        title="Channels",
    )


@require_safe
@may("inventory.view_channel")
def channel(request: HttpRequest, public_id: str) -> HttpResponse:
    shop = _channel(public_id)
    return detail_page(
        request,
        subject=shop,
        kind="channel",
        template="inventory/channel.html",
        context={
            "title": shop.name,
            "health": health_of_channels([shop])[0],
            "ranks": shop.ranks.select_related("warehouse"),
            "needs": needs_of(shop),
            "needs_form": forms.NeedsForm.of(shop),
        },
    )


@require_safe
@may("inventory.view_listing")
def listing_list(request: HttpRequest) -> HttpResponse:
    return list_page(
        request,
        rows=Listing.objects.visible_to(current_actor()).for_list(),
        filters=filters.ListingFilter,
        table=tables.ListingTable,
        name="inventory.listing_list",
        title="Listings",
        template="inventory/listing_list.html",
        views=[("Not mapped", "unmapped=true"), ("Refused", "sync_failed=true")],
    )


@require_safe
@may("inventory.view_listing")
def listing(request: HttpRequest, public_id: str) -> HttpResponse:
    """One listing: mapping, what the channel was told, and SKUs that it could be."""
    found = _listing(public_id)
    return detail_page(
        request,
        subject=found,
        kind="listing",
        template="inventory/listing.html",
        context={
            "title": found.channel_sku,
            "form": forms.MapForm(),
            "guesses": found.guesses() if found.sku_id is None else [],
            "pushes": found.pushes.order_by("-id")[:20],
        },
    )


@require_http_methods(["GET", "POST"])
@may("inventory.create_listing")
def listing_new(request: HttpRequest) -> HttpResponse:
    form = forms.ListingForm(request.POST or None)
    made = None
    if request.method == "POST":
        made = applied(form, lambda: _list(form.cleaned_data))
    if made is not None:
        messages.success(request, f"{made} is listed.")
        return redirect("inventory:listing", made.public_id)
    told = {"title": "New listing", "form": form, "label": "List it"}
    return render(request, "inventory/form.html", told, status=422 if form.errors else 200)


def _list(given: dict[str, Any]) -> Listing:
    sku = sku_called(given["sku"]) if given["sku"] else None
    return create_listing(
        given["channel"].pk,
        channel_sku=given["channel_sku"],
        title=given["title"],
        sku_id=sku.pk if sku else None,
    )


@require_POST
@may("inventory.map_listing")
def listing_map(request: HttpRequest, public_id: str) -> HttpResponse:
    found = _listing(public_id)
    given = forms.require_valid(forms.MapForm(request.POST))
    sku = sku_called(given["sku"])
    map_listing(found.pk, sku.pk, remap=given["remap"])
    messages.success(request, f"{found} now sells {sku}.")
    return redirect("inventory:listing", public_id)


@require_safe
@may("inventory.view_sync")
def sync(request: HttpRequest) -> HttpResponse:
    """What each channel knows, what it refuses, and what was told last."""
    mine = Channel.objects.visible_to(current_actor())
    return list_page(
        request,
        rows=StockPush.objects.visible_to(current_actor()).for_list(),
        filters=filters.PushFilter,
        table=tables.PushTable,
        name="inventory.sync",
        title="Stock sync",
        template="inventory/sync.html",
        views=[("Waiting", "state=waiting&state=in_doubt"), ("Refused", "state=failed")],
        context={"channels": health_of_channels(mine.order_by("code"))},
    )


@require_POST
@may("inventory.push_stock")
def sync_retry(request: HttpRequest, public_id: str) -> HttpResponse:
    shop = _channel(public_id)
    again = retry_pushes(shop.pk)
    push_stock.add(shop.pk)
    messages.success(request, f"{shop.name} will be told again ({len(again)} refused before).")
    return redirect("inventory:sync")


@require_POST
@may("inventory.push_stock")
def sync_compare(request: HttpRequest, public_id: str) -> HttpResponse:
    shop = _channel(public_id)
    compare_stock.add(f"{shop.pk} now")
    messages.success(request, f"All that {shop.name} lists is being compared.")
    return redirect("inventory:sync")


@require_POST
@may("inventory.push_stock")
def listing_retry(request: HttpRequest, public_id: str) -> HttpResponse:
    found = _listing(public_id)
    retry_pushes(found.channel_id, listing_id=found.pk)
    push_stock.add(found.channel_id)
    messages.success(request, f"{found.channel.name} will be told about {found} again.")
    return redirect(f"{reverse('inventory:listing_list')}?sync_failed=true")


@require_POST
@may("inventory.change_listing")
def listing_active(request: HttpRequest, public_id: str) -> HttpResponse:
    """Stop selling something on a channel, or begin again."""
    found = _listing(public_id)
    row = change_listing(found.pk, active=not found.active)
    said = "sells it again" if row.active else "is told that there is none"
    messages.success(request, f"{found}: {found.channel.name} {said}.")
    return redirect("inventory:listing", public_id)


def _channel(public_id: str) -> Channel:
    return get_object_or_404(Channel.objects.visible_to(current_actor()), public_id=public_id)


def _listing(public_id: str) -> Listing:
    mine = Listing.objects.visible_to(current_actor()).for_list()
    return get_object_or_404(mine, public_id=public_id)
