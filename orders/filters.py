"""What orders can be asked for; one FilterSet serves page, API, saved view, export and bulk."""

from typing import Any

import django_filters as filters
from django.db.models import Q, QuerySet

from core import clock
from core.models import BatchRow
from core.words import with_words
from inventory.models import Channel, Preorder, Warehouse
from orders.models import (
    Customer,
    FulfillmentOrder,
    ImportProfile,
    Order,
    OrderException,
    OrderLine,
)
from orders.states import (
    ExceptionKind,
    FulfillmentOrderStatus,
    FulfillmentStatus,
    OrderStatus,
    PaymentStatus,
    ReturnStatus,
)
from orders.why import LABELS


class OrderFilter(filters.FilterSet):
    q = filters.CharFilter(method="search", label="Number, reference or customer", max_length=100)
    sku = filters.CharFilter(method="by_sku", label="Exact SKU code", max_length=64)
    status = filters.MultipleChoiceFilter(choices=OrderStatus.choices)
    payment_status = filters.MultipleChoiceFilter(choices=PaymentStatus.choices)
    fulfillment_status = filters.MultipleChoiceFilter(choices=FulfillmentStatus.choices)
    return_status = filters.MultipleChoiceFilter(choices=ReturnStatus.choices)
    why = filters.MultipleChoiceFilter(
        method="by_why", choices=list(LABELS.items()), label="Why not shipped"
    )
    channel = filters.ModelChoiceFilter(
        queryset=Channel.objects.all(), to_field_name="code", label="Channel"
    )
    warehouse = filters.ModelChoiceFilter(queryset=Warehouse.objects.all(), to_field_name="code")
    country = filters.CharFilter(max_length=2, label="Country (ISO code)")
    placed_after = filters.IsoDateTimeFilter(field_name="placed_at", lookup_expr="gte")
    placed_before = filters.IsoDateTimeFilter(field_name="placed_at", lookup_expr="lt")
    late = filters.BooleanFilter(method="named_late", label="Late to ship")
    shipped_today = filters.BooleanFilter(method="named_shipped_today", label="Shipped today")
    uncaptured = filters.BooleanFilter(method="named_uncaptured", label="Shipped, not captured")
    preorder = filters.CharFilter(method="by_preorder", label="Preorder offer", max_length=16)
    number = filters.CharFilter(max_length=32, label="Order number")
    channel_ref = filters.CharFilter(max_length=64, label="Channel's number")

    class Meta:
        model = Order
        fields: list[str] = []

    def search(self, rows: Any, name: str, value: str) -> Any:
        return rows.search(value)

    def by_sku(self, rows: Any, name: str, value: str) -> Any:
        lines = OrderLine.objects.filter(sku__code=value.strip()).order_by()
        return rows.filter(pk__in=lines.values("order"))

    def by_preorder(self, rows: Any, name: str, value: str) -> Any:
        """Those that have units of the offer, waiting or filled; by its id."""
        lines = Preorder.objects.filter(
            offer__public_id=value, holder_kind="order_line", units__gt=0
        ).values("holder_id")
        return rows.filter(pk__in=OrderLine.objects.filter(pk__in=lines).values("order"))

    def by_why(self, rows: Any, name: str, value: list[str]) -> Any:
        """Only open orders have a reason; saying so lets the index of open ones be used."""
        return rows.open().filter(why_code__in=value) if value else rows

    def named_shipped_today(self, rows: Any, name: str, value: bool) -> Any:
        return rows.shipped_since(clock.start_of(clock.today())) if value else rows

    def named_uncaptured(self, rows: Any, name: str, value: bool) -> Any:
        return rows.shipped_uncaptured() if value else rows

    def named_late(self, rows: Any, name: str, value: bool) -> Any:
        return rows.late_to_ship(clock.now()) if value else rows


class CustomerFilter(filters.FilterSet):
    q = filters.CharFilter(method="search", label="Name or e-mail", max_length=100)
    email = filters.CharFilter(method="by_mail", label="E-mail", max_length=254)

    class Meta:
        model = Customer
        fields: list[str] = []

    def search(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        text = value.strip().lower()
        found = Customer.objects.order_by().values("pk")
        start = found.filter(Q(email_key__startswith=text) | Q(name__istartswith=text))
        return rows.filter(pk__in=start.union(with_words(found, "name", text)))

    def by_mail(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(email_key=value.strip().lower())


class FulfillmentFilter(filters.FilterSet):
    q = filters.CharFilter(field_name="number", lookup_expr="startswith", label="Number")
    status = filters.MultipleChoiceFilter(choices=FulfillmentOrderStatus.choices)
    warehouse = filters.ModelChoiceFilter(queryset=Warehouse.objects.all(), to_field_name="code")
    late = filters.BooleanFilter(method="named_late", label="Late to ship")
    order = filters.CharFilter(field_name="order__number", label="Order number", max_length=32)

    class Meta:
        model = FulfillmentOrder
        fields: list[str] = []

    def named_late(self, rows: Any, name: str, value: bool) -> Any:
        return rows.late(clock.now()) if value else rows


class ExceptionFilter(filters.FilterSet):
    kind = filters.MultipleChoiceFilter(choices=ExceptionKind.choices)
    severity = filters.MultipleChoiceFilter(choices=[(1, "Low"), (2, "Medium"), (3, "High")])
    mine = filters.BooleanFilter(method="named_mine", label="Mine")
    settled = filters.BooleanFilter(method="named_settled", label="Settled too")
    snoozed = filters.BooleanFilter(method="named_settled", label="Snoozed too")
    order = filters.CharFilter(field_name="order__number", label="Order number", max_length=32)

    class Meta:
        model = OrderException
        fields: list[str] = []

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        rows, asked = super().filter_queryset(queryset), self.form.cleaned_data
        if asked.get("settled"):
            return rows
        if asked.get("snoozed"):
            return rows.filter(resolved_at=None)
        return rows.waiting(clock.now())

    def named_mine(self, rows: QuerySet, name: str, value: bool) -> QuerySet:
        return rows.filter(owner=self.request.user) if value and self.request else rows

    def named_settled(self, rows: QuerySet, name: str, value: bool) -> QuerySet:
        return rows


class ProfileFilter(filters.FilterSet):
    q = filters.CharFilter(field_name="name", lookup_expr="icontains", label="Name")

    class Meta:
        model = ImportProfile
        fields = ["q"]


class AsideFilter(filters.FilterSet):
    q = filters.CharFilter(field_name="key", label="Order reference", max_length=64)
    reason = filters.CharFilter(
        field_name="message", lookup_expr="icontains", label="Reason", max_length=200
    )

    class Meta:
        model = BatchRow
        fields = ["q", "reason"]
