"""Columns of purchasing's lists."""

from typing import Any

import django_tables2 as tables

from core.fields import MoneyColumn
from core.tables import AgoColumn, BadgeColumn, ClockColumn, NumberColumn
from inventory.models import (
    Bill,
    Dispute,
    ExchangeRate,
    ParkedGoods,
    PurchaseOrder,
    Receipt,
    StockCost,
    SupplierProduct,
    Vendor,
)
from inventory.tables import NUMBER, number, sku_link

STATUS_TONES = {
    "Draft": "neutral", "Approved": "info", "Sent": "info", "Partly received": "warning",
    "Closed": "good", "Cancelled": "neutral",
}  # fmt: skip
VENDOR_TONES = {"Active": "good", "On watch": "warning", "Ended": "neutral"}
BILL_TONES = {
    "Waits for goods": "info", "Differs": "bad", "In dispute": "warning", "To pay": "info",
    "Paid": "good", "Cancelled": "neutral",
}  # fmt: skip
STAGE_TONES = {"Talk": "info", "Notice": "warning", "Mediation": "bad", "Closed": "good"}
PARKED_TONES = {"Parked": "warning", "Taken in": "good", "Sent back": "neutral"}


class VendorTable(tables.Table):
    """Vendors of every kind."""

    name = tables.Column(linkify=True, verbose_name="Vendor")
    kinds = tables.Column(accessor="kinds_shown", verbose_name="Does", orderable=False)
    status = BadgeColumn(tones=VENDOR_TONES)
    contract_to = tables.DateColumn(verbose_name="Contract until", format="j M Y")
    review_on = tables.DateColumn(verbose_name="Review", format="j M Y")
    payment_days = NumberColumn(verbose_name="Pays in days")
    lead_time_days = NumberColumn(verbose_name="Lead time")

    class Meta:
        model = Vendor
        fields = [
            "name", "code", "kinds", "status", "currency", "payment_days", "lead_time_days",
            "contract_to", "review_on",
        ]  # fmt: skip
        sorts = ["name", "code", "-created_at"]
        empty_text = "No vendor matches. Add whoever you buy from, or who works for you."


class SupplierProductTable(tables.Table):
    """What SKUs cost from vendors."""

    sku = sku_link()
    title = tables.Column(accessor="sku__title")
    vendor = tables.Column(linkify=True)
    vendor_code = tables.Column(verbose_name="Their code", default="–")
    price = number("Price from units", "price_shown")
    pack_units = NumberColumn(verbose_name="Pack")
    minimum_units = NumberColumn(verbose_name="Minimum")
    multiple_units = NumberColumn(verbose_name="Multiple")
    valid_from = tables.DateColumn(format="j M Y")
    valid_to = tables.DateColumn(format="j M Y", default="–")

    class Meta:
        model = SupplierProduct
        fields = [
            "sku", "title", "vendor", "vendor_code", "price", "pack_units", "minimum_units",
            "multiple_units", "valid_from", "valid_to",
        ]  # fmt: skip
        sorts = ["sku__code", "-created_at", "-valid_from"]
        empty_text = "No price is agreed yet. Add one, or import a vendor's price list."


class PurchaseOrderTable(tables.Table):
    """Orders to vendors."""

    number = tables.Column(linkify=True)
    vendor = tables.Column(linkify=True)
    status = BadgeColumn(tones=STATUS_TONES)
    total = MoneyColumn()
    company_total = MoneyColumn(verbose_name="In company currency")
    expected_on = tables.DateColumn(verbose_name="Expected", format="j M Y", default="–")
    created_at = AgoColumn(verbose_name="Drafted")

    class Meta:
        model = PurchaseOrder
        fields = [
            "number", "vendor", "warehouse", "status", "total", "company_total", "expected_on",
            "created_at",
        ]  # fmt: skip
        sorts = ["-created_at", "created_at"]
        hidden = ("company_total",)
        empty_text = "No order matches. Draft one for a vendor."


class ReceiptTable(tables.Table):
    """Deliveries that came in."""

    number = tables.Column(linkify=True)
    order = tables.Column(linkify=True)
    vendor = tables.Column(accessor="order__vendor", linkify=True)
    units = NumberColumn(accessor="units_in", verbose_name="Units", orderable=False)
    received_at = ClockColumn(verbose_name="Received")

    class Meta:
        model = Receipt
        fields = [
            "number", "order", "vendor", "warehouse", "delivery_note", "units", "received_at",
        ]  # fmt: skip
        sorts = ["-received_at", "received_at"]
        empty_text = "Nothing has been received for an order yet."


class BillTable(tables.Table):
    """What vendors ask for."""

    number = tables.Column(linkify=True)
    vendor = tables.Column(linkify=True)
    order = tables.Column(linkify=True)
    status = BadgeColumn(tones=BILL_TONES)
    total = MoneyColumn()
    difference = MoneyColumn()
    billed_on = tables.DateColumn(verbose_name="Dated", format="j M Y")
    due_on = tables.DateColumn(verbose_name="Due", format="j M Y")

    class Meta:
        model = Bill
        fields = [
            "number", "vendor", "order", "status", "total", "difference", "billed_on", "due_on",
        ]  # fmt: skip
        sorts = ["-entered_at", "due_on"]
        empty_text = "No bill matches. Enter one from the page of the order that it is for."


class DisputeTable(tables.Table):
    """What vendors are to answer for."""

    number = tables.Column(linkify=True)
    vendor = tables.Column(linkify=True)
    order = tables.Column(linkify=True)
    bill = tables.Column(linkify=True, default="–")
    kind = tables.Column(verbose_name="About")
    stage = BadgeColumn(tones=STAGE_TONES)
    amount = MoneyColumn()
    settled = MoneyColumn(verbose_name="Given")
    due_on = tables.DateColumn(verbose_name="Answer due", format="j M Y")
    owner = tables.Column(default="–")

    class Meta:
        model = Dispute
        fields = [
            "number", "vendor", "order", "bill", "kind", "stage", "amount", "settled", "due_on",
            "owner",
        ]  # fmt: skip
        sorts = ["-opened_at", "due_on"]
        empty_text = "No dispute matches. Open one from a bill that differs, or from an order."


class ParkedTable(tables.Table):
    """Goods that nobody knew."""

    what = tables.Column(accessor="description", linkify=True, verbose_name="What", empty_values=())
    units = NumberColumn()
    state = BadgeColumn(tones=PARKED_TONES)
    parked_at = AgoColumn(verbose_name="Parked")
    sku = tables.Column(verbose_name="SKU", linkify=True, default="–")

    class Meta:
        model = ParkedGoods
        fields = ["what", "barcode", "units", "warehouse", "order", "state", "sku", "parked_at"]
        sorts = ["-parked_at", "parked_at"]
        empty_text = "Nothing is parked. Units under no known code are put here when they come in."

    def render_what(self, record: Any) -> str:
        return str(record)


class StockCostTable(tables.Table):
    """What stock has cost."""

    sku = sku_link()
    warehouse = tables.Column()
    there = NumberColumn(accessor="units_there", verbose_name="Units there", orderable=False)
    average = tables.Column(
        verbose_name="Average", attrs={"td": {"class": "num"}, "th": {"class": "num"}}
    )
    average_value = MoneyColumn(verbose_name="Value by average", orderable=False)
    layer_value = MoneyColumn(verbose_name="Value first in, first out", orderable=False)

    class Meta:
        model = StockCost
        fields = ["sku", "warehouse", "there", "average", "average_value", "layer_value"]
        sorts = ["sku__code", "-updated_at"]
        empty_text = "Costs begin with the first receipt for an order to a vendor."

    def row_url(self, record: Any) -> str:
        return str(record.get_absolute_url())


class RateTable(tables.Table):
    """Rates by day."""

    day = tables.DateColumn(format="j M Y")
    rate = tables.Column(attrs=NUMBER)

    class Meta:
        model = ExchangeRate
        fields = ["day", "currency", "rate", "actor"]
        sorts = ["-day"]
        empty_text = "No rate is set. Until then the rates of the settings hold."

    def render_rate(self, value: Any) -> str:
        return f"{value.normalize():f}"
