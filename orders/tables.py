"""The lists of orders, column by column."""

from typing import Any

import django_tables2 as tables

from core.models import BatchRow
from core.tables import AgoColumn, BadgeColumn, ClockColumn, NumberColumn
from orders.models import Customer, FulfillmentOrder, ImportProfile, Order, OrderException
from orders.states import FulfillmentStatus, OrderStatus
from orders.why import LABELS

WHY_TONES = {
    "Held": "warning", "Risk refused": "bad", "Payment refused": "bad", "Address refused": "bad",
    "Unknown SKU": "bad", "Short of stock": "bad", "Preordered": "info",
    "Address to check": "warning",
    "Waits for payment": "warning", "Waits for risk": "warning", "Exception": "warning",
    "Ready to release": "info", "To pick": "info", "Picking": "info", "To pack": "info",
    "To hand over": "info", "In transit": "info",
}  # fmt: skip
SEVERITIES = {1: "Low", 2: "Medium", 3: "High"}
SEVERITY_TONES = {"Low": "neutral", "Medium": "warning", "High": "bad"}


class OrderTable(tables.Table):
    number = tables.Column(linkify=True, verbose_name="Order")
    channel = tables.Column()
    customer = tables.Column()
    placed_at = AgoColumn(verbose_name="Age")
    ship_by = AgoColumn(verbose_name="Ship by")
    state = BadgeColumn(
        accessor="status",
        tones={"Open": "info", "Not released": "neutral", "Closed": "neutral"},
    )
    payment_status = BadgeColumn(verbose_name="Payment")
    why_code = BadgeColumn(verbose_name="Why not shipped", default="", tones=WHY_TONES)
    warehouse = tables.Column(default="")
    total = tables.Column(attrs={"td": {"class": "num"}, "th": {"class": "num"}})
    channel_ref = tables.Column(verbose_name="Channel's number")
    country = tables.Column()
    return_status = BadgeColumn(verbose_name="Return")

    class Meta:
        model = Order
        fields = [
            "number", "channel", "customer", "placed_at", "ship_by", "state", "why_code",
            "payment_status", "warehouse", "total", "channel_ref", "country", "return_status",
        ]  # fmt: skip
        sorts = ["-placed_at", "placed_at"]
        hidden = ["payment_status", "channel_ref", "country", "return_status"]
        empty_text = "Orders come in by API, by file or by hand; the newest are on top."

    def render_state(self, record: Order) -> Any:
        return self._state_column.render(state_of(record))

    def value_state(self, record: Order) -> str:
        return state_of(record)

    def render_ship_by(self, record: Order, value: Any) -> Any:
        """The clock runs until it has left; what came after is history."""
        waits = record.why_code and record.why_code != "in_transit"
        return self.base_columns["ship_by"].render(value) if waits else "–"

    def render_why_code(self, value: str) -> Any:
        return self._why_column.render(LABELS.get(value, value))

    def value_why_code(self, value: str) -> str:
        return LABELS.get(value, value)

    def render_total(self, value: Any) -> str:
        return value.shown()

    @property
    def _state_column(self) -> Any:
        return self.base_columns["state"]

    @property
    def _why_column(self) -> Any:
        return self.base_columns["why_code"]


def state_of(order: Order) -> str:
    """How far an order is, in one word: its status, or how far it is shipped while it is open."""
    if order.status == OrderStatus.OPEN and order.fulfillment_status != FulfillmentStatus.NONE:
        return str(order.get_fulfillment_status_display())
    return str(order.get_status_display())


class CustomerTable(tables.Table):
    name = tables.Column(linkify=True, verbose_name="Customer")
    email = tables.Column(default="")
    company = tables.Column(default="")
    phone = tables.Column(default="")
    external_ref = tables.Column(default="", verbose_name="Channel's reference")
    created_at = AgoColumn(verbose_name="Known since")

    class Meta:
        model = Customer
        fields = ["name", "email", "company", "phone", "external_ref", "created_at"]
        sorts = ["-created_at", "created_at"]
        empty_text = "A customer is made with the first order."


class FulfillmentTable(tables.Table):
    number = tables.Column(linkify=True, verbose_name="Work")
    channel = tables.Column(accessor="order__channel")
    warehouse = tables.Column()
    status = BadgeColumn(tones={"Open": "info", "Cancelled": "neutral"})
    ship_by = AgoColumn(verbose_name="Ship by")
    released_at = AgoColumn(verbose_name="Released")
    shipped_at = ClockColumn(default="", verbose_name="Shipped")
    delivered_at = ClockColumn(default="", verbose_name="Delivered")

    class Meta:
        model = FulfillmentOrder
        fields = [
            "number", "channel", "warehouse", "status", "ship_by", "released_at", "shipped_at",
            "delivered_at",
        ]  # fmt: skip
        sorts = ["-ship_by", "ship_by"]
        empty_text = "An order that is released becomes work of a warehouse, and shows here."


class ExceptionTable(tables.Table):
    severity = BadgeColumn(tones=SEVERITY_TONES)
    kind = tables.Column()
    sentence = tables.Column(linkify=True, verbose_name="What", attrs={"td": {"class": "wrap"}})
    fix = tables.Column(verbose_name="Suggested fix", attrs={"td": {"class": "wrap"}}, default="")
    order = tables.Column(linkify=True, default="")
    owner = tables.Column(default="")
    raised_at = AgoColumn(verbose_name="Age")

    class Meta:
        model = OrderException
        fields = ["severity", "kind", "sentence", "fix", "order", "owner", "raised_at"]
        sorts = ["urgent_at", "-urgent_at"]
        empty_text = "Nothing needs a person. What goes wrong with an order shows here by itself."

    def render_severity(self, value: int) -> Any:
        return self.base_columns["severity"].render(SEVERITIES.get(value, str(value)))

    def value_severity(self, value: int) -> str:
        return SEVERITIES.get(value, str(value))


class ProfileTable(tables.Table):
    code = tables.Column(linkify=True, verbose_name="Profile")
    name = tables.Column()
    updated_at = AgoColumn(verbose_name="Changed")

    class Meta:
        model = ImportProfile
        fields = ["code", "name", "updated_at"]
        sorts = ["code", "-code"]
        empty_text = "A profile says which column of a file is what, and what is no plain sale."


class AsideTable(tables.Table):
    position = NumberColumn(verbose_name="Row")
    key = tables.Column(verbose_name="Order reference", default="")
    sku = tables.Column(accessor="data__sku", verbose_name="SKU", default="")
    units = NumberColumn(accessor="data__units", default="")
    price = tables.Column(
        accessor="data__price", default="", attrs={"td": {"class": "num"}, "th": {"class": "num"}}
    )
    message = tables.Column(verbose_name="Reason", attrs={"td": {"class": "wrap"}})

    class Meta:
        model = BatchRow
        fields = ["position", "key", "sku", "units", "price", "message"]
        sorts = ["position"]
        empty_text = "Every row of the file became something."
