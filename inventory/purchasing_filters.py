"""What lists of purchasing can be cut down to; pages, API, exports and saved views share these."""

from typing import Any

import django_filters as filters
from django.db.models import Q, QuerySet

from core.filters import Named
from inventory.filters import my_warehouses
from inventory.models import (
    Bill,
    CostCenter,
    Dispute,
    ExchangeRate,
    ParkedGoods,
    PurchaseOrder,
    Receipt,
    StockCost,
    SupplierProduct,
    Vendor,
)
from inventory.states import (
    BillStatus,
    DisputeKind,
    DisputeStage,
    ParkedState,
    PurchaseStatus,
    VendorKind,
    VendorStatus,
)


class Asking(Named, filters.FilterSet):
    """A FilterSet whose yes-or-no filters are named questions of the QuerySet."""


class VendorFilter(Asking):
    """Vendors by words, kind and status."""

    q = filters.CharFilter(method="words", label="Code or name")
    code = filters.CharFilter(label="Exact code")
    kind = filters.ChoiceFilter(method="of_kind", choices=VendorKind.choices, label="Kind")
    status = filters.MultipleChoiceFilter(choices=VendorStatus.choices)
    due = filters.BooleanFilter(method="named", label="Contract or review due")
    updated_after = filters.IsoDateTimeFilter(field_name="updated_at", lookup_expr="gt")

    class Meta:
        model = Vendor
        fields = ["q", "code", "kind", "status", "due", "updated_after"]

    def words(self, vendors: Any, name: str, value: str) -> QuerySet:
        """The start of a code, or some words of the name."""
        return vendors.filter(Q(code__istartswith=value) | Q(name__icontains=value))

    def of_kind(self, vendors: Any, name: str, value: str) -> QuerySet:
        """Those that do this, maybe among other things."""
        return vendors.of_kind(value)


class SupplierProductFilter(Asking):
    """Agreements by SKU, vendor and validity."""

    q = filters.CharFilter(field_name="sku__code", lookup_expr="istartswith", label="SKU")
    sku = filters.CharFilter(field_name="sku__code", label="Exact SKU code")
    vendor = filters.CharFilter(field_name="vendor__code", label="Vendor's code")
    valid_now = filters.BooleanFilter(method="named", label="Valid today")
    ending = filters.BooleanFilter(method="named", label="Ends within 30 days")
    updated_after = filters.IsoDateTimeFilter(field_name="updated_at", lookup_expr="gt")

    class Meta:
        model = SupplierProduct
        fields = ["q", "sku", "vendor", "valid_now", "ending", "updated_after"]


class PurchaseOrderFilter(Asking):
    """Orders by number, vendor, warehouse and how far they are."""

    q = filters.CharFilter(method="words", label="Number or vendor")
    number = filters.CharFilter(label="Exact number")
    vendor = filters.CharFilter(field_name="vendor__code", label="Vendor's code")
    warehouse = filters.ModelChoiceFilter(queryset=my_warehouses, to_field_name="code")
    status = filters.MultipleChoiceFilter(choices=PurchaseStatus.choices)
    sku = filters.CharFilter(method="with_sku", label="Exact SKU code")
    overdue = filters.BooleanFilter(method="named", label="Overdue")
    updated_after = filters.IsoDateTimeFilter(field_name="updated_at", lookup_expr="gt")

    class Meta:
        model = PurchaseOrder
        fields = [
            "q", "number", "vendor", "warehouse", "status", "sku", "overdue", "updated_after",
        ]  # fmt: skip

    def words(self, orders: Any, name: str, value: str) -> QuerySet:
        """The start of a number, or some words of the vendor's name."""
        return orders.filter(Q(number__istartswith=value) | Q(vendor__name__icontains=value))

    def with_sku(self, orders: Any, name: str, value: str) -> QuerySet:
        """Those that buy this SKU."""
        return orders.filter(lines__sku__code=value)


class ReceiptFilter(filters.FilterSet):
    """Receipts by number, delivery note, order and warehouse."""

    q = filters.CharFilter(method="words", label="Number or delivery note")
    order = filters.CharFilter(field_name="order__number", label="Exact order number")
    vendor = filters.CharFilter(field_name="order__vendor__code", label="Vendor's code")
    warehouse = filters.ModelChoiceFilter(queryset=my_warehouses, to_field_name="code")
    received_after = filters.IsoDateTimeFilter(field_name="received_at", lookup_expr="gt")

    class Meta:
        model = Receipt
        fields = ["q", "order", "vendor", "warehouse", "received_after"]

    def words(self, receipts: Any, name: str, value: str) -> QuerySet:
        """The start of a number, or a whole delivery note."""
        return receipts.filter(Q(number__istartswith=value) | Q(delivery_note=value))


class ParkedFilter(filters.FilterSet):
    """Parked goods by barcode, warehouse and what became of them."""

    q = filters.CharFilter(field_name="barcode", lookup_expr="istartswith", label="Barcode")
    warehouse = filters.ModelChoiceFilter(queryset=my_warehouses, to_field_name="code")
    state = filters.MultipleChoiceFilter(choices=ParkedState.choices)

    class Meta:
        model = ParkedGoods
        fields = ["q", "warehouse", "state"]


class StockCostFilter(filters.FilterSet):
    """Costs by SKU and warehouse."""

    q = filters.CharFilter(field_name="sku__code", lookup_expr="istartswith", label="SKU")
    sku = filters.CharFilter(field_name="sku__code", label="Exact SKU code")
    warehouse = filters.ModelChoiceFilter(queryset=my_warehouses, to_field_name="code")

    class Meta:
        model = StockCost
        fields = ["q", "sku", "warehouse"]


class RateFilter(filters.FilterSet):
    """Rates by currency."""

    currency = filters.CharFilter(lookup_expr="iexact")

    class Meta:
        model = ExchangeRate
        fields = ["currency"]


class CostCenterFilter(filters.FilterSet):
    """Cost centers by code, and those in use."""

    code = filters.CharFilter(lookup_expr="iexact")

    class Meta:
        model = CostCenter
        fields = ["code", "active"]


class BillFilter(Asking):
    """Bills by number, vendor, order, and how they stand."""

    q = filters.CharFilter(method="words", label="Number or vendor")
    number = filters.CharFilter(label="Exact number")
    vendor = filters.CharFilter(field_name="vendor__code", label="Vendor's code")
    order = filters.CharFilter(field_name="order__number", label="Exact order number")
    warehouse = filters.ModelChoiceFilter(queryset=my_warehouses, to_field_name="code")
    status = filters.MultipleChoiceFilter(choices=BillStatus.choices)
    overdue = filters.BooleanFilter(method="named", label="Overdue")
    updated_after = filters.IsoDateTimeFilter(field_name="updated_at", lookup_expr="gt")

    class Meta:
        model = Bill
        fields = [
            "q", "number", "vendor", "order", "warehouse", "status", "overdue", "updated_after",
        ]  # fmt: skip

    def words(self, bills: Any, name: str, value: str) -> QuerySet:
        """The start of a number, or some words of the vendor's name."""
        return bills.filter(Q(number__istartswith=value) | Q(vendor__name__icontains=value))


class DisputeFilter(Asking):
    """Disputes by number, vendor, stage and what they are about."""

    q = filters.CharFilter(method="words", label="Number or vendor")
    number = filters.CharFilter(label="Exact number")
    vendor = filters.CharFilter(field_name="vendor__code", label="Vendor's code")
    order = filters.CharFilter(field_name="order__number", label="Exact order number")
    warehouse = filters.ModelChoiceFilter(queryset=my_warehouses, to_field_name="code")
    kind = filters.MultipleChoiceFilter(choices=DisputeKind.choices)
    stage = filters.MultipleChoiceFilter(choices=DisputeStage.choices)
    open = filters.BooleanFilter(method="named", label="Open")
    due = filters.BooleanFilter(method="named", label="Answer due")
    updated_after = filters.IsoDateTimeFilter(field_name="updated_at", lookup_expr="gt")

    class Meta:
        model = Dispute
        fields = [
            "q", "number", "vendor", "order", "warehouse", "kind", "stage", "open", "due",
            "updated_after",
        ]  # fmt: skip

    def words(self, disputes: Any, name: str, value: str) -> QuerySet:
        """The start of a number, or some words of the vendor's name."""
        return disputes.filter(Q(number__istartswith=value) | Q(vendor__name__icontains=value))
