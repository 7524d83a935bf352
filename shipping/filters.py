"""Filters of the lists of shipping; pages and API share them."""

import django_filters as filters
from django.db.models import Q

from inventory.models import Warehouse
from shipping.models import Carrier, Manifest, Parcel, PickList, Service
from shipping.states import ParcelState, PickState


class ParcelFilter(filters.FilterSet):
    q = filters.CharFilter(method="named", label="Number or tracking number")
    state = filters.MultipleChoiceFilter(choices=ParcelState.choices)
    warehouse = filters.ModelChoiceFilter(
        queryset=Warehouse.objects.all(), to_field_name="public_id"
    )
    carrier = filters.ModelChoiceFilter(queryset=Carrier.objects.all(), to_field_name="code")
    service = filters.ModelChoiceFilter(queryset=Service.objects.all(), to_field_name="code")
    order = filters.CharFilter(field_name="fulfillment__order__number", label="Order")
    failed = filters.BooleanFilter(method="failed_only", label="Carrier failed")
    updated_after = filters.IsoDateTimeFilter(field_name="updated_at", lookup_expr="gt")

    class Meta:
        model = Parcel
        fields = ["q", "state", "warehouse", "carrier", "service", "order", "failed"]

    def named(self, rows, name: str, value: str):
        """Both by index; numbers are in capitals, and people type them as they like."""
        wanted = value.strip()
        return rows.filter(Q(number__startswith=wanted.upper()) | Q(tracking_number=wanted))

    def failed_only(self, rows, name: str, value: bool):
        return rows.carrier_failed() if value else rows


class PickListFilter(filters.FilterSet):
    state = filters.ChoiceFilter(choices=PickState.choices)
    warehouse = filters.ModelChoiceFilter(
        queryset=Warehouse.objects.all(), to_field_name="public_id"
    )

    class Meta:
        model = PickList
        fields = ["state", "warehouse"]


class ManifestFilter(filters.FilterSet):
    warehouse = filters.ModelChoiceFilter(
        queryset=Warehouse.objects.all(), to_field_name="public_id"
    )
    carrier = filters.ModelChoiceFilter(queryset=Carrier.objects.all(), to_field_name="code")

    class Meta:
        model = Manifest
        fields = ["warehouse", "carrier"]
