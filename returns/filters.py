"""What lists of returns are filtered by; the same for pages, API and exports."""

import django_filters as filters
from django.db.models import Q

from core.actor import current_actor
from core.filters import Named
from inventory.models import Channel, Warehouse
from orders.models import Order
from returns.models import Capture, Refund, ReturnAuthorization
from returns.states import CaptureState, RefundKind, RefundState, RmaStatus


def channels(_request):
    return Channel.objects.visible_to(current_actor()).order_by("code")


def warehouses(_request):
    return Warehouse.objects.order_by("code")


def by_number(rows, value: str):
    """Rows of that number, or of the order of that number. Each by its index: no join is asked."""
    wanted = value.strip()
    orders = list(Order.objects.filter(number=wanted).values_list("pk", flat=True))
    return rows.filter(Q(number=wanted.upper()) | Q(order__in=orders))


class RmaFilter(filters.FilterSet):
    q = filters.CharFilter(method="search", label="Number or order")
    status = filters.MultipleChoiceFilter(choices=RmaStatus.choices)
    channel = filters.ModelChoiceFilter(queryset=channels, to_field_name="public_id")
    warehouse = filters.ModelChoiceFilter(queryset=warehouses, to_field_name="public_id")
    within_policy = filters.BooleanFilter(label="Within policy")
    requested_at = filters.IsoDateTimeFromToRangeFilter(label="Requested")
    order = filters.CharFilter(field_name="order__number", label="Order")

    class Meta:
        model = ReturnAuthorization
        fields = ["q", "status", "channel", "warehouse", "within_policy"]

    def search(self, rows, _name, value):
        return by_number(rows, value)


class RefundFilter(Named, filters.FilterSet):
    q = filters.CharFilter(method="search", label="Number or order")
    state = filters.MultipleChoiceFilter(choices=RefundState.choices)
    kind = filters.MultipleChoiceFilter(choices=RefundKind.choices)
    channel = filters.ModelChoiceFilter(queryset=channels, to_field_name="public_id")
    gateway = filters.CharFilter()
    by_hand = filters.BooleanFilter(label="By hand")
    stuck = filters.BooleanFilter(method="named", label="Needs a person")
    done_at = filters.IsoDateTimeFromToRangeFilter(label="Given back")
    order = filters.CharFilter(field_name="order__number", label="Order")

    class Meta:
        model = Refund
        fields = ["q", "state", "kind", "channel", "by_hand"]

    def search(self, rows, _name, value):
        return by_number(rows, value)


class CaptureFilter(Named, filters.FilterSet):
    q = filters.CharFilter(method="search", label="Number or order")
    state = filters.MultipleChoiceFilter(choices=CaptureState.choices)
    channel = filters.ModelChoiceFilter(queryset=channels, to_field_name="public_id")
    gateway = filters.CharFilter()
    by_hand = filters.BooleanFilter(label="By hand")
    stuck = filters.BooleanFilter(method="named", label="Needs a person")
    order = filters.CharFilter(field_name="order__number", label="Order")

    class Meta:
        model = Capture
        fields = ["q", "state", "channel", "by_hand"]

    def search(self, rows, _name, value):
        return by_number(rows, value)
