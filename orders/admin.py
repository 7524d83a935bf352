"""Orders for administrators: to look at. Business state is changed by operations alone."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from core.actor import person
from orders.models import (
    Clearance,
    Customer,
    FulfillmentLine,
    FulfillmentOrder,
    Hold,
    Order,
    OrderCharge,
    OrderException,
    OrderLine,
    PaymentEvent,
)


class ReadOnly:
    """No adding, changing or deleting, not even for superusers."""

    def has_add_permission(self, *_: Any, **__: Any) -> bool:
        return False

    def has_change_permission(self, *_: Any, **__: Any) -> bool:
        return False

    def has_delete_permission(self, *_: Any, **__: Any) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        model = self.model._meta  # type: ignore[attr-defined]
        parent = {"fulfillmentline": "fulfillmentorder"}.get(model.model_name, model.model_name)
        seen = parent if parent in SEEN else "order"
        return bool(request.user.has_perm(f"orders.view_{seen}"))


SEEN = {"order", "customer", "fulfillmentorder", "orderexception"}


class Lines(ReadOnly, admin.TabularInline):
    model = OrderLine
    fields = ("position", "sku", "channel_sku", "units", "unit_price", "total", "units_shipped")
    readonly_fields = fields
    extra = 0


class Charges(ReadOnly, admin.TabularInline):
    model = OrderCharge
    extra = 0


class Payments(ReadOnly, admin.TabularInline):
    model = PaymentEvent
    extra = 0


class Clearances(ReadOnly, admin.TabularInline):
    model = Clearance
    extra = 0


class Holds(ReadOnly, admin.TabularInline):
    model = Hold
    extra = 0


@admin.register(Order)
class OrderAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["number", "channel", "status", "payment_status", "why_code", "placed_at"]
    list_filter = ["channel", "status"]
    list_select_related = ["channel"]
    search_fields = ["number__startswith", "channel_ref__startswith"]
    show_full_result_count = False
    inlines = [Lines, Charges, Payments, Clearances, Holds]

    def get_queryset(self, request: HttpRequest) -> Any:
        rows: Any = super().get_queryset(request)
        return rows.visible_to(person(request.user))


@admin.register(Customer)
class CustomerAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["name", "email", "company", "created_at"]
    search_fields = ["email_key__startswith", "name__istartswith"]
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> Any:
        rows: Any = super().get_queryset(request)
        return rows.visible_to(person(request.user))


class WorkLines(ReadOnly, admin.TabularInline):
    model = FulfillmentLine
    extra = 0


@admin.register(FulfillmentOrder)
class FulfillmentOrderAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["number", "warehouse", "status", "ship_by", "shipped_at"]
    list_filter = ["warehouse", "status"]
    list_select_related = ["warehouse"]
    search_fields = ["number__startswith"]
    show_full_result_count = False
    inlines = [WorkLines]

    def get_queryset(self, request: HttpRequest) -> Any:
        rows: Any = super().get_queryset(request)
        return rows.visible_to(person(request.user))


@admin.register(OrderException)
class OrderExceptionAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["kind", "severity", "sentence", "raised_at", "resolved_at"]
    list_filter = ["kind", "severity"]
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> Any:
        rows: Any = super().get_queryset(request)
        return rows.visible_to(person(request.user))
