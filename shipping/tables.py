"""The lists of shipping, column by column."""

import django_tables2 as tables

from core.fields import MoneyColumn
from core.tables import AgoColumn, BadgeColumn, NumberColumn
from shipping.models import Manifest, Parcel, PickList


class ParcelTable(tables.Table):
    number = tables.Column(linkify=True)
    order = tables.Column(accessor="fulfillment__order", linkify=True, verbose_name="Order")
    state = BadgeColumn()
    warehouse = tables.Column()
    service = tables.Column(default="not selected")
    tracking_number = tables.Column(default="")
    weight_grams = NumberColumn(verbose_name="Weight", unit="g")
    cost = MoneyColumn(default="")
    packed_at = AgoColumn(verbose_name="Packed")

    class Meta:
        model = Parcel
        fields = [
            "number", "order", "state", "warehouse", "service", "tracking_number", "weight_grams",
            "cost", "packed_at",
        ]  # fmt: skip
        sorts = ["-packed_at"]
        empty_text = "No parcel matches. Clear the filters to see all of them."


class PickListTable(tables.Table):
    number = tables.Column(linkify=True, verbose_name="Pick list")
    warehouse = tables.Column()
    state = BadgeColumn()
    picker = tables.Column(default="")
    units = NumberColumn()
    units_left = NumberColumn(verbose_name="Left")
    started_at = AgoColumn(verbose_name="Started")

    class Meta:
        model = PickList
        fields = ["number", "warehouse", "state", "picker", "units", "units_left", "started_at"]
        sorts = ["-started_at"]
        empty_text = "Nobody is picking. Start on the shipping queue."


class ManifestTable(tables.Table):
    number = tables.Column(linkify=True, verbose_name="Manifest")
    carrier = tables.Column()
    warehouse = tables.Column()
    count = NumberColumn(verbose_name="Parcels")
    handed_over_at = AgoColumn(verbose_name="Handed over")

    class Meta:
        model = Manifest
        fields = ["number", "carrier", "warehouse", "count", "handed_over_at"]
        sorts = ["-handed_over_at"]
        empty_text = "Nothing has been handed over yet."
