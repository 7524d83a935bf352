"""What inventory adds to every page: navigation, search, lanes, the health of channels."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse, reverse_lazy
from django.utils.text import format_lazy

from core.actor import Actor, current_actor
from core.lists import CAP
from core.pages import (
    Hit,
    Lane,
    NavItem,
    SearchProvider,
    Shortcut,
    batch_reports,
    lanes,
    nav,
    search,
    shortcuts,
    today_panels,
)
from core.registry import Panel
from core.words import with_words
from inventory.exchange import PERMISSIONS
from inventory.exchange_report import report_context
from inventory.health import health_of_channels
from inventory.models import Channel, Listing, Replenishment, Sku, StockCount, Transfer

HITS_EACH = 5


def _add_file_reports() -> None:
    for kind, permission in PERMISSIONS.items():
        batch_reports.add(
            f"inventory.exchange_{kind}",
            Panel(
                template="inventory/exchange_report.html",
                permission=permission,
                context=report_context,
            ),
        )


def add_to_pages() -> None:
    """Fill the registries; each once, from `apps.py`."""
    _add_file_reports()
    nav.add("30 stock", _nav("Stock", "stock", "view_stocklevel", "boxes"))
    nav.add("31 skus", _nav("SKUs", "sku_list", "view_sku", "package"))
    nav.add("32 receive", _nav("Receive", "receive", "receive_stock", "scan-barcode"))
    nav.add("33 completeness", _nav("Completeness", "completeness_start", "view_listing",
                                    "list-checks"))  # fmt: skip
    nav.add("33 listings", _nav("Listings", "listing_list", "view_listing", "tags", _unmapped))
    nav.add("34 sync", _nav("Stock sync", "sync", "view_sync", "refresh-cw", _refused))
    nav.add("35 warehouses", _nav("Warehouses", "warehouse_list", "view_warehouse", "warehouse"))
    nav.add("36 channels", _nav("Channels", "channel_list", "view_channel", "store"))
    nav.add("37 movements", _nav("Movements", "movement_list", "view_stockmovement", "list"))
    nav.add("36 counts", _nav("Counts", "stock_count_list", "view_stockcount", "clipboard-list",
                              _to_count))  # fmt: skip
    nav.add("36 reservations", _nav("Reservations", "reservation_list", "view_reservation", "lock"))
    nav.add("36 transfers", _nav("Transfers", "transfer_list", "view_transfer", "arrow-left-right",
                                 _transfers_due))  # fmt: skip
    nav.add("38 replenishment", _nav("Replenishment", "replenishment", "view_replenishment",
                                     "shopping-cart", _to_buy))  # fmt: skip
    for key, label in (("sku", "New SKU"), ("product", "New product")):
        shortcuts.add(
            f"30 {key}",
            Shortcut(label=label, url=f"inventory:{key}_new", permission="inventory.create_sku"),
        )
    search.add("20 skus", SearchProvider(permission="inventory.view_sku", find=_find_skus))
    search.add(
        "25 listings", SearchProvider(permission="inventory.view_listing", find=_find_listings)
    )
    shortcuts.add(
        "31 transfer",
        Shortcut(
            label="New transfer",
            url="inventory:transfer_new",
            permission="inventory.request_transfer",
        ),
    )
    shortcuts.add(
        "33 reservation",
        Shortcut(
            label="New reservation",
            url="inventory:reservation_new",
            permission="inventory.reserve_stock",
        ),
    )
    shortcuts.add(
        "32 count",
        Shortcut(
            label="New count",
            url="inventory:stock_count_new",
            permission="inventory.start_count",
        ),
    )
    _add_lanes()
    today_panels.add(
        "60 channels",
        Panel(
            template="inventory/panels/channels.html",
            permission="inventory.view_sync",
            context=_channels_today,
        ),
    )


def _add_lanes() -> None:
    queue = reverse_lazy("inventory:listing_list")
    lanes.add(
        "50 unmapped listings",
        Lane(
            title="Codes without a SKU",
            permission="inventory.map_listing",
            url=format_lazy("{}?unmapped=true", queue),
            rows=lambda actor: _listings(actor).unmapped().order_by("id"),
            row=lambda row: (f"{row} on {row.channel}", _page(row), row.created_at),
            roles=("buyer", "manager"),
        ),
    )
    lanes.add(
        "53 counts",
        Lane(
            title="To count",
            permission="inventory.count_stock",
            url=format_lazy("{}?to_do=true", reverse_lazy("inventory:stock_count_list")),
            rows=lambda actor: StockCount.objects.visible_to(actor).to_do().order_by("created_at"),
            row=lambda row: (
                f"{row}: {row.get_why_display()}",
                row.get_absolute_url(),
                row.created_at,
            ),
            roles=("picker", "buyer", "manager"),
        ),
    )
    lanes.add(
        "52 transfers overdue",
        Lane(
            title="Transfers overdue",
            permission="inventory.receive_transfer",
            url=format_lazy("{}?overdue=true", reverse_lazy("inventory:transfer_list")),
            rows=lambda actor: Transfer.objects.visible_to(actor).overdue().order_by("expected_on"),
            row=lambda row: (f"{row} to {row.destination}", row.get_absolute_url(), row.shipped_at),
            roles=("buyer", "picker", "manager"),
        ),
    )
    lanes.add(
        "51 stock refused",
        Lane(
            title="Stock that a channel refuses",
            permission="inventory.push_stock",
            url=format_lazy("{}?sync_failed=true", queue),
            rows=lambda actor: _listings(actor).sync_failed().order_by("id"),
            row=lambda row: (f"{row}: {row.push_error}", _page(row), row.refused_at),
            roles=("buyer", "manager"),
        ),
    )


def _listings(actor: Actor) -> Any:
    return Listing.objects.visible_to(actor).for_list()


def _nav(label: str, url: str, permission: str, icon: str, count: Any = None) -> NavItem:
    return NavItem(
        section="Inventory",
        label=label,
        url=f"inventory:{url}",
        permission=f"inventory.{permission}",
        icon=icon,
        count=count,
    )


def _to_count(actor: Actor) -> int:
    return StockCount.objects.visible_to(actor).to_do()[:CAP].count()


def _transfers_due(actor: Actor) -> int:
    return Transfer.objects.visible_to(actor).overdue()[:CAP].count()


def _to_buy(actor: Actor) -> int:
    return Replenishment.objects.visible_to(actor).below_point()[:CAP].count()


def _unmapped(actor: Actor) -> int:
    return Listing.objects.visible_to(actor).unmapped()[:CAP].count()


def _refused(actor: Actor) -> int:
    return Listing.objects.visible_to(actor).sync_failed()[:CAP].count()


def _find_skus(words: str, actor: Actor) -> Iterable[Hit]:
    """By the start of the code, the whole barcode, then by words of the title; all by index."""
    skus = Sku.objects.select_related("merged_into")
    coded = list(skus.with_barcode(words))
    named = skus.filter(code__istartswith=words).order_by("code")
    titled = with_words(skus.exclude(code__istartswith=words), "title", words).order_by()
    hits = dict.fromkeys([*coded, *named[:HITS_EACH], *titled[:HITS_EACH]])
    for found in list(hits)[:HITS_EACH]:
        sku = found.merged_into or found
        exact = words.lower() == found.code.lower() or found in coded
        note = f"{sku.title} (was {found})" if sku is not found else sku.title
        yield Hit(label=sku.code, url=sku.get_absolute_url(), kind="SKU", note=note, exact=exact)


def _find_listings(words: str, actor: Actor) -> Iterable[Hit]:
    """By the channel's whole code, where it is not the SKU's own."""
    mine = Listing.objects.visible_to(actor).for_list().filter(channel_sku=words)
    for listing in mine.exclude(sku__code=words).order_by("id")[:5]:
        yield Hit(
            label=listing.channel_sku,
            url=_page(listing),
            kind="Listing",
            note=f"{listing.channel.name}: {listing.sku or 'not mapped'}",
        )


def _page(listing: Listing) -> str:
    return reverse("inventory:listing", args=[listing.public_id])


def _channels_today(_: Any) -> dict[str, Any]:
    mine = Channel.objects.visible_to(current_actor()).active().order_by("code")
    return {"channels": health_of_channels(mine)}
