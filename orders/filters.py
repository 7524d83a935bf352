"""What orders can be asked for; one FilterSet serves page, API, saved view, export and bulk."""

from typing import Any

import django_filters as filters
from django.db.models import Q, QuerySet

from core import clock
from inventory.models import Channel, Warehouse
from orders.models import Customer, FulfillmentOrder, Order, OrderException
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
    status = filters.MultipleChoiceFilter(choices=OrderStatus.choices)
    payment_status = filters.MultipleChoiceFilter(choices=PaymentStatus.choices)
    fulfillment_status = filters.MultipleChoiceFilter(choices=FulfillmentStatus.choices)
    return_status = filters.MultipleChoiceFilter(choices=ReturnStatus.choices)
    why = filters.MultipleChoiceFilter(
        field_name="why_code", choices=list(LABELS.items()), label="Why not shipped"
    )
    channel = filters.ModelChoiceFilter(
        queryset=Channel.objects.all(), to_field_name="code", label="Channel"
    )
    warehouse = filters.ModelChoiceFilter(queryset=Warehouse.objects.all(), to_field_name="code")
    country = filters.CharFilter(max_length=2, label="Country (ISO code)")
    placed_after = filters.IsoDateTimeFilter(field_name="placed_at", lookup_expr="gte")
    placed_before = filters.IsoDateTimeFilter(field_name="placed_at", lookup_expr="lt")
    late = filters.BooleanFilter(method="named_late", label="Late to ship")
    number = filters.CharFilter(max_length=32, label="Order number")
    channel_ref = filters.CharFilter(max_length=64, label="Channel's number")

    class Meta:
        model = Order
        fields: list[str] = []

    def search(self, rows: Any, name: str, value: str) -> Any:
        return rows.search(value)

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
        return rows.filter(Q(email_key__startswith=text) | Q(name__istartswith=text))

    def by_mail(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(email_key=value.strip().lower())


class FulfillmentFilter(filters.FilterSet):
    q = filters.CharFilter(field_name="number", lookup_expr="startswith", label="Number")
    status = filters.MultipleChoiceFilter(choices=FulfillmentOrderStatus.choices)
    warehouse = filters.ModelChoiceFilter(queryset=Warehouse.objects.all(), to_field_name="code")

    class Meta:
        model = FulfillmentOrder
        fields: list[str] = []


class ExceptionFilter(filters.FilterSet):
    kind = filters.MultipleChoiceFilter(choices=ExceptionKind.choices)
    severity = filters.MultipleChoiceFilter(choices=[(1, "Low"), (2, "Medium"), (3, "High")])
    mine = filters.BooleanFilter(method="named_mine", label="Mine")
    settled = filters.BooleanFilter(method="named_settled", label="Settled too")

    class Meta:
        model = OrderException
        fields: list[str] = []

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        rows = super().filter_queryset(queryset)
        return rows if self.form.cleaned_data.get("settled") else rows.filter(resolved_at=None)

    def named_mine(self, rows: QuerySet, name: str, value: bool) -> QuerySet:
        return rows.filter(owner=self.request.user) if value and self.request else rows

    def named_settled(self, rows: QuerySet, name: str, value: bool) -> QuerySet:
        return rows
