"""The list of preorder offers: its columns, and what it can be cut down to."""

from typing import Any

import django_filters as filters
import django_tables2 as tables
from django.db.models import QuerySet

from core.tables import AgoColumn, BadgeColumn, NumberColumn
from inventory.filters import my_warehouses
from inventory.models import PreorderOffer
from inventory.purchasing_filters import Asking
from inventory.tables import sku_link

STATE_TONES = {"Open": "good", "Sold out": "info", "Ended": "neutral"}
RISK_TONES = {"Late": "warning", "Overdue": "bad", "Not covered": "bad"}


class PreorderFilter(Asking):
    """Offers by SKU, warehouse, order to a vendor, and how they stand."""

    q = filters.CharFilter(field_name="sku__code", lookup_expr="istartswith", label="SKU")
    sku = filters.CharFilter(field_name="sku__code", label="Exact SKU code")
    warehouse = filters.ModelChoiceFilter(queryset=my_warehouses, to_field_name="code")
    order = filters.CharFilter(method="of_order", label="Exact number of the vendor's order")
    open = filters.BooleanFilter(method="named", label="Not ended")
    waiting = filters.BooleanFilter(method="named", label="With units to come")
    at_risk = filters.BooleanFilter(method="named", label="Late, or not covered")
    updated_after = filters.IsoDateTimeFilter(field_name="updated_at", lookup_expr="gt")

    class Meta:
        model = PreorderOffer
        fields = [
            "q", "sku", "warehouse", "order", "open", "waiting", "at_risk", "updated_after",
        ]  # fmt: skip

    def of_order(self, offers: Any, name: str, value: str) -> QuerySet:
        """Those whose units come with this order."""
        return offers.filter(line__order__number=value.upper())


class PreorderTable(tables.Table):
    """What is sold before it is there."""

    number = tables.Column(linkify=True, verbose_name="Offer", orderable=False)
    sku = sku_link()
    title = tables.Column(accessor="sku__title", attrs={"td": {"class": "wrap"}})
    state = BadgeColumn(accessor="state__label", tones=STATE_TONES, orderable=False)
    sold = NumberColumn(verbose_name="Sold")
    cap = NumberColumn(verbose_name="Cap")
    waiting = NumberColumn(accessor="waiting", verbose_name="Waiting", orderable=False)
    ends_on = tables.DateColumn(verbose_name="Last day", format="j M Y")
    order = tables.Column(accessor="line__order__number", verbose_name="Comes with")
    expected_on = tables.DateColumn(verbose_name="Expected", format="j M Y", orderable=False)
    risk = BadgeColumn(
        accessor="risk", tones=RISK_TONES, verbose_name="Late", orderable=False, default="–"
    )
    created_at = AgoColumn(verbose_name="Opened")

    class Meta:
        model = PreorderOffer
        fields = [
            "number", "sku", "title", "warehouse", "state", "sold", "cap", "waiting", "ends_on",
            "order", "expected_on", "risk", "created_at",
        ]  # fmt: skip
        sorts = ["-created_at", "ends_on", "-ends_on"]
        hidden = ("title", "created_at")
        empty_text = "Nothing is sold before it is there. Open an offer on an order to a vendor."
