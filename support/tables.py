import django_tables2 as tables

from core.tables import AgoColumn, BadgeColumn, ClockColumn
from support.models import Case, Notice


class CaseTable(tables.Table):
    number = tables.Column(linkify=True, verbose_name="Case")
    customer = tables.Column(linkify=True)
    state = BadgeColumn(tones={"Open": "warning", "Waiting for the customer": "info"})
    due = ClockColumn(verbose_name="Promised")
    last_message_at = AgoColumn(verbose_name="Last message")

    class Meta:
        model = Case
        fields = [
            "number",
            "subject",
            "customer",
            "channel",
            "priority",
            "state",
            "assignee",
            "due",
            "last_message_at",
        ]
        sorts = ["-last_message_at", "due", "-opened_at", "number"]
        empty_text = "No case matches. Clear the filters to see all of them."


class NoticeTable(tables.Table):
    subject = tables.Column(linkify=True)
    order = tables.Column(linkify=True)
    state = BadgeColumn()
    created_at = AgoColumn(verbose_name="Written")
    sent_at = AgoColumn(verbose_name="Sent", default="")

    class Meta:
        model = Notice
        fields = ["kind", "subject", "to", "order", "state", "attempts", "created_at", "sent_at"]
        sorts = ["-created_at", "created_at"]
        empty_text = "No mail matches. Customers are told when orders are placed, ship and arrive."
