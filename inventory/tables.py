"""Columns of inventory's lists."""

from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils.http import urlencode

from core.tables import ActorColumn, AgoColumn, BadgeColumn, ClockColumn
from inventory.completeness import in_words, percent_there
from inventory.models import (
    Channel,
    Listing,
    Product,
    Replenishment,
    Reservation,
    Sku,
    SkuMerge,
    StockCount,
    StockLevel,
    StockMovement,
    StockPush,
    Transfer,
    Warehouse,
)
from inventory.ports import returns_said

NUMBER = {"td": {"class": "num"}, "th": {"class": "num"}}


def number(verbose_name: str, accessor: str | None = None) -> tables.Column:
    """A right-aligned figure."""
    return tables.Column(
        verbose_name=verbose_name, accessor=accessor, attrs=NUMBER, orderable=False
    )


def proved(verbose_name: str, counter: str) -> tables.Column:
    """A counter, which leads to the movements that make it."""

    def proof(record: StockLevel) -> str:
        where = urlencode({"warehouse": record.warehouse.code, "counter": counter})
        return f"{reverse('inventory:proof', args=[record.sku.public_id])}?{where}"

    return tables.Column(verbose_name=verbose_name, attrs=NUMBER, orderable=False, linkify=proof)


def sku_link(accessor: str = "sku") -> tables.Column:
    return tables.Column(accessor=accessor, verbose_name="SKU", linkify=True)


class StockTable(tables.Table):
    sku = sku_link()
    title = tables.Column(accessor="sku__title")
    warehouse = tables.Column(linkify=True)
    bin = tables.Column(default="–")
    on_hand = proved("On hand", "on_hand")
    allocated = proved("Allocated", "allocated")
    available = number("Available")
    incoming = proved("Incoming", "incoming")
    reorder_point = number("Reorder at")
    damaged = proved("Damaged", "damaged")
    quarantine = proved("Quarantine", "quarantine")
    display = proved("On display", "display")
    safety_stock = number("Safety")

    class Meta:
        model = StockLevel
        fields = [
            "sku", "title", "warehouse", "bin", "on_hand", "allocated", "available", "incoming",
            "reorder_point", "damaged", "quarantine", "display", "safety_stock",
        ]  # fmt: skip
        sorts = ["sku__code", "-on_hand", "on_hand", "-updated_at"]
        hidden = ("display",)
        empty_text = "No stock matches. Clear the filters, receive goods or import a list."


class ReplenishmentTable(tables.Table):
    sku = sku_link("level__sku")
    title = tables.Column(accessor="level__sku__title")
    warehouse = tables.Column(accessor="level__warehouse", linkify=True)
    weekly_units = number("A week")
    position = number("There or coming")
    reorder_point = number("Reorder at")
    order_up_to = number("Up to")
    advised = number("Buy")
    why = tables.Column(accessor="sentence", orderable=False, attrs={"td": {"class": "wrap"}})

    class Meta:
        model = Replenishment
        fields = [
            "sku", "title", "warehouse", "weekly_units", "position", "reorder_point",
            "order_up_to", "advised", "why", "method",
        ]  # fmt: skip
        sorts = ["level__sku__code", "-reorder_point", "-weekly_units"]
        hidden = ("title", "method")
        empty_text = "Nothing is forecast yet. The forecast runs every night, or when asked."

    def render_weekly_units(self, value: float) -> str:
        return f"{value:,.1f}"


class SkuTable(tables.Table):
    code = tables.Column(linkify=True, verbose_name="SKU")
    product = tables.Column(linkify=True)
    barcode = tables.Column(default="–")
    on_hand = number("On hand", "units_on_hand")
    allocated = number("Allocated", "units_allocated")
    available = number("Available", "units_available")
    unit_price = number("Price", "price_shown")

    class Meta:
        model = Sku
        fields = [
            "code", "title", "product", "barcode", "on_hand", "allocated", "available",
            "unit_price", "active",
        ]  # fmt: skip
        sorts = ["code", "-created_at", "-updated_at"]
        empty_text = "No SKU matches. Clear the filters, or create the first one."


class CompletenessTable(tables.Table):
    """SKUs beside what a channel asks of them."""

    code = tables.Column(linkify=True, verbose_name="SKU")
    percent = number("Complete", "pk")
    to_list = tables.Column(accessor="list_missing", verbose_name="Missing to list")
    to_ship = tables.Column(accessor="ship_missing", verbose_name="Missing to ship")
    described = number("Returned as not as described", "pk")

    class Meta:
        model = Sku
        fields = ["code", "title", "percent", "to_list", "to_ship", "described"]
        sorts = ["code", "-updated_at"]
        empty_text = "No SKU matches. Clear the filters."

    def render_percent(self, record: Any) -> str:
        return f"{percent_there(record)} %"

    def render_to_list(self, value: list[str]) -> str:
        return in_words(value) or "–"

    render_to_ship = render_to_list

    def render_described(self, record: Any, table: Any) -> str:
        """Asked once for all rows that are shown."""
        known = getattr(table, "known_returns", None)
        if known is None:
            ids = [row.pk for row in table.data]
            known = table.known_returns = returns_said.answer.not_as_described(ids)
        return f"{known.get(record.pk, 0):,}"


class SkuMergeTable(tables.Table):
    merged_at = AgoColumn(verbose_name="When", linkify=True)
    merged = tables.Column(linkify=True)
    kept = tables.Column(linkify=True)
    units = number("Units moved", "units_moved")
    actor = ActorColumn(verbose_name="By")

    class Meta:
        model = SkuMerge
        fields = ["merged_at", "merged", "kept", "units", "reason", "actor"]
        sorts = ["-merged_at"]
        empty_text = "Nothing was merged yet. A SKU that is there twice is merged from its page."


class ProductTable(tables.Table):
    title = tables.Column(linkify=True)
    skus = number("SKUs", "sku_count")

    class Meta:
        model = Product
        fields = ["title", "category", "skus", "created_at"]
        sorts = ["-created_at", "title"]
        empty_text = "No product matches."


class MovementTable(tables.Table):
    recorded_at = ClockColumn(verbose_name="When")
    sku = sku_link("level__sku")
    warehouse = tables.Column(accessor="level__warehouse")
    units = number("Units", "signed")
    source = tables.Column(accessor="source_kind", verbose_name="For")
    actor = ActorColumn(verbose_name="By")

    class Meta:
        model = StockMovement
        fields = [
            "recorded_at", "sku", "warehouse", "counter", "units", "kind", "reason", "note",
            "source", "actor",
        ]  # fmt: skip
        sorts = ["-id", "id"]
        empty_text = "Nothing has moved."

    def render_source(self, record: StockMovement) -> str:
        return f"{record.source_kind.replace('_', ' ')} {record.source_id or ''}".strip()


class ListingTable(tables.Table):
    channel_sku = tables.TemplateColumn(
        template_name="inventory/columns/listing.html", verbose_name="Channel's code"
    )
    channel = tables.Column(linkify=True)
    sku = tables.Column(linkify=True, verbose_name="SKU", default="not mapped")
    published_units = number("Published")
    state = tables.TemplateColumn(
        template_name="inventory/columns/sync_state.html", verbose_name="Sync", orderable=False
    )

    class Meta:
        model = Listing
        fields = ["channel_sku", "title", "channel", "sku", "published_units", "state"]
        sorts = ["id", "-id", "channel_sku"]
        empty_text = "No listing matches. Codes that channels send for the first time appear here."


class PushTable(tables.Table):
    changed_at = ClockColumn(verbose_name="Changed")
    listing = tables.Column(accessor="listing__channel_sku", verbose_name="Channel's code")
    sku = sku_link("listing__sku")
    units = number("Units")
    lag = number("Lag", "lag_seconds")
    attempts = number("Attempts")

    class Meta:
        model = StockPush
        fields = ["changed_at", "channel", "listing", "sku", "units", "state", "lag", "attempts",
                  "error"]  # fmt: skip
        sorts = ["-id", "id"]
        empty_text = "Nothing has been told yet."

    def render_lag(self, value: Any) -> str:
        return f"{value:.1f} s"


class WarehouseTable(tables.Table):
    code = tables.Column(linkify=True)

    class Meta:
        model = Warehouse
        fields = ["code", "name", "city", "country", "time_zone", "cutoff", "active"]
        sorts = ["code", "name"]
        empty_text = "No warehouse that you work in. An administrator gives access."


class ChannelTable(tables.Table):
    code = tables.Column(linkify=True)

    class Meta:
        model = Channel
        fields = ["code", "name", "currency", "marketplace", "adapter", "active"]
        sorts = ["code", "name"]
        empty_text = "No channel that you work on. An administrator gives access."


class TransferTable(tables.Table):
    """Stock on its way between warehouses."""

    number = tables.Column(linkify=True, orderable=False)
    source = tables.Column(verbose_name="From", orderable=False)
    destination = tables.Column(verbose_name="To", orderable=False)
    status = BadgeColumn()
    expected_on = tables.DateColumn(verbose_name="Expected", format="j M Y", default="–")
    created_at = AgoColumn(verbose_name="Requested")

    class Meta:
        model = Transfer
        fields = ["number", "source", "destination", "status", "expected_on", "created_at"]
        sorts = ["-created_at", "created_at"]
        empty_text = "No transfer matches. Request one to move stock between warehouses."


COUNT_TONES = {
    "To count": "info", "To count again": "warning", "Waits for a second person": "warning",
    "Posted": "good", "Cancelled": "neutral",
}  # fmt: skip


class CountTable(tables.Table):
    """Counts of stock."""

    number = tables.Column(linkify=True, orderable=False, verbose_name="Count")
    warehouse = tables.Column(orderable=False)
    why = tables.Column(verbose_name="Asked for")
    status = BadgeColumn(tones=COUNT_TONES)
    assigned_to = tables.Column(verbose_name="Whose", default="–", orderable=False)
    created_at = AgoColumn(verbose_name="Started")

    class Meta:
        model = StockCount
        fields = ["number", "warehouse", "why", "status", "assigned_to", "created_at"]
        sorts = ["-created_at", "created_at"]
        empty_text = "No count matches. Start one, or set a rule that does every night."


class ReservationTable(tables.Table):
    """Stock that is held for carts and people."""

    number = tables.Column(linkify=True, orderable=False, verbose_name="Reservation")
    warehouse = tables.Column(orderable=False)
    status = BadgeColumn(tones={"Held": "info", "Used": "good", "Expired": "neutral"})
    owner = tables.Column(verbose_name="Whose", default="–", orderable=False)
    note = tables.Column(default="–", orderable=False, attrs={"td": {"class": "wrap"}})
    expires_at = AgoColumn(verbose_name="Until", default="–", orderable=False)
    created_at = AgoColumn(verbose_name="Held since")

    class Meta:
        model = Reservation
        fields = ["number", "warehouse", "status", "owner", "note", "expires_at", "created_at"]
        sorts = ["-created_at", "created_at"]
        empty_text = "Nothing is held. Carts hold stock over the API; people here."
