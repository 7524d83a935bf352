import django_tables2 as tables

from core.tables import AgoColumn, BadgeColumn
from returns.models import Capture, Refund, ReturnAuthorization


class RmaTable(tables.Table):
    number = tables.Column(linkify=True, verbose_name="Return")
    order = tables.Column(linkify=True)
    customer = tables.Column(accessor="order__customer")
    status = BadgeColumn()
    requested_at = AgoColumn(verbose_name="Requested")
    within_policy = tables.BooleanColumn(verbose_name="Policy", yesno="within,outside")

    class Meta:
        model = ReturnAuthorization
        fields = [
            "number",
            "order",
            "customer",
            "channel",
            "warehouse",
            "requested_at",
            "status",
            "within_policy",
        ]
        sorts = ["-requested_at", "requested_at", "number"]
        empty_text = "No return matches. Clear the filters, or open one from its order's page."


class RefundTable(tables.Table):
    number = tables.Column(linkify=True, verbose_name="Refund")
    order = tables.Column(linkify=True)
    rma = tables.Column(linkify=True, verbose_name="Return")
    state = BadgeColumn()
    requested_at = AgoColumn(verbose_name="Requested")

    class Meta:
        model = Refund
        fields = [
            "number",
            "order",
            "rma",
            "kind",
            "gateway",
            "requested_at",
            "state",
            "amount",
        ]
        sorts = ["-requested_at", "requested_at", "number"]
        empty_text = "No refund matches. Clear the filters to see all of them."


class CaptureTable(tables.Table):
    number = tables.Column(linkify=True, verbose_name="Capture")
    order = tables.Column(linkify=True)
    state = BadgeColumn()
    requested_at = AgoColumn(verbose_name="Requested")

    class Meta:
        model = Capture
        fields = ["number", "order", "gateway", "requested_at", "state", "amount"]
        sorts = ["-requested_at", "requested_at", "number"]
        empty_text = "No capture matches. One is made by itself when authorized goods leave."
