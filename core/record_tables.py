"""Tables of core's own lists."""

from typing import Any

import django_tables2 as tables
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html

from core.actor import current_actor
from core.models import (
    Approval,
    Batch,
    BatchRow,
    EventRecord,
    Job,
    Notification,
    WebhookDelivery,
    WebhookEndpoint,
    WorkItem,
)
from core.notifications import shown_all
from core.tables import AgoColumn, BadgeColumn, ClockColumn, NumberColumn


class BatchTable(tables.Table):
    """Long work."""

    title = tables.Column(linkify=True, verbose_name="Work")
    state = BadgeColumn()
    done = NumberColumn()
    failed = NumberColumn()
    total = NumberColumn(verbose_name="Rows")
    created_at = AgoColumn(verbose_name="Asked")
    asked_by = tables.Column(verbose_name="By")

    class Meta:
        model = Batch
        fields = ["title", "state", "done", "failed", "total", "asked_by", "created_at"]
        sorts = ["-created_at"]
        empty_text = "No long work matches. Imports, exports and bulk acts show here."


class BatchRowTable(tables.Table):
    """What became of each row."""

    position = NumberColumn(verbose_name="Row")
    key = tables.Column(verbose_name="About")
    state = BadgeColumn()
    message = tables.Column(verbose_name="Result")

    class Meta:
        model = BatchRow
        fields = ["position", "key", "state", "message"]
        sorts = ["position"]
        empty_text = "No row matches."


class ApprovalTable(tables.Table):
    """Questions for a second person."""

    sentence = tables.Column(linkify=True, verbose_name="Asked for")
    state = BadgeColumn()
    asked_at = AgoColumn(verbose_name="Asked")

    class Meta:
        model = Approval
        fields = ["sentence", "asked_by", "asked_at", "state", "decided_by"]
        sorts = ["-asked_at"]
        empty_text = "Nothing waits for a second person."


class WorkTable(tables.Table):
    """Work for people."""

    title = tables.Column(verbose_name="Work")
    kind = tables.Column()
    due = AgoColumn()
    created_at = AgoColumn(verbose_name="Waits since")
    owner = tables.Column()
    snoozed_until = ClockColumn(verbose_name="Snoozed until")

    class Meta:
        model = WorkItem
        fields = ["title", "kind", "priority", "due", "owner", "snoozed_until", "created_at"]
        sorts = ["-priority"]
        hidden = ("snoozed_until",)
        empty_text = "Nothing waits for you. Snoozed work comes back by itself."

    def render_title(self, value: str, record: WorkItem) -> str:
        return format_html('<a href="{}">{}</a>', record.get_absolute_url(), value)

    def render_kind(self, value: str) -> str:
        return value.replace(".", " ").replace("_", " ").capitalize()


class EventTable(tables.Table):
    """What happened, by number."""

    number = NumberColumn()
    name = tables.Column(verbose_name="Event")
    subjects = tables.Column(verbose_name="About")
    happened_at = ClockColumn(verbose_name="When")
    live = tables.BooleanColumn(verbose_name="Live", yesno="live,past")

    class Meta:
        model = EventRecord
        fields = ["number", "name", "subjects", "actor", "happened_at", "live", "request_id"]
        sorts = ["-number", "number"]
        hidden = ("request_id",)
        empty_text = "No event matches."

    def render_subjects(self, value: list[str]) -> str:
        return ", ".join(value)


class JobTable(tables.Table):
    """Background work."""

    kind = tables.Column(linkify=True)
    state = BadgeColumn()
    attempts = NumberColumn()
    not_before = ClockColumn(verbose_name="Not before")
    created_at = AgoColumn(verbose_name="Asked")

    class Meta:
        model = Job
        fields = ["kind", "key", "state", "attempts", "last_error", "not_before", "created_at"]
        sorts = ["-id"]
        empty_text = "No job matches. A dead letter is a job that failed eight times."

    def render_last_error(self, value: str) -> str:
        return value[:120]


class WebhookTable(tables.Table):
    """Addresses that are told of events."""

    url = tables.Column(linkify=True, verbose_name="Address")
    events = tables.Column()
    active = BadgeColumn(tones={"on": "good", "off": "warning"})
    failures = NumberColumn(verbose_name="Given up in a row")

    class Meta:
        model = WebhookEndpoint
        fields = ["url", "events", "active", "failures"]
        sorts = ["id"]
        empty_text = "No address is told of events yet."

    def render_active(self, value: bool) -> str:  # noqa: FBT001 - a column's value
        return BadgeColumn(tones={"on": "good", "off": "warning"}).render("on" if value else "off")

    def render_events(self, value: list[str]) -> str:
        return ", ".join(value) or "all"


class DeliveryTable(tables.Table):
    """What was sent to them."""

    number = NumberColumn(verbose_name="Event")
    event = tables.Column(verbose_name="Name")
    state = BadgeColumn()
    attempts = NumberColumn()
    created_at = AgoColumn()

    class Meta:
        model = WebhookDelivery
        fields = [
            "number",
            "event",
            "endpoint",
            "state",
            "status",
            "answer",
            "attempts",
            "created_at",
        ]
        sorts = ["-id"]
        empty_text = "Nothing was sent yet."

    def row_url(self, record: Any) -> str:
        return f"{reverse('core:delivery_list')}?endpoint={record.endpoint.public_id}"


class NotificationTable(tables.Table):
    """What one person was told."""

    kind = tables.Column(verbose_name="What")
    by = tables.Column(verbose_name="By", empty_values=())
    created_at = AgoColumn(verbose_name="When")
    unread = tables.Column(verbose_name="State")

    class Meta:
        model = Notification
        fields = ["kind", "by", "created_at", "unread"]
        sorts = ["-unread"]
        empty_text = (
            "You are told when somebody mentions you in a note, gives you work, needs or has "
            "decided an approval, and when long work of yours has ended."
        )

    def __init__(self, data: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(data, *args, **kwargs)
        self.shown = shown_all(data, current_actor())

    def row_url(self, record: Notification) -> str:
        return ""  # it leads elsewhere and is read then: nothing to preview

    def row_label(self, record: Notification) -> str:
        return self.shown[record.pk].text

    def render_kind(self, record: Notification) -> str:
        told = {"row": record, "shown": self.shown[record.pk]}
        return render_to_string("core/columns/notification.html", told)

    def render_by(self, value: Any) -> str:
        return str(value or "System")

    def value_kind(self, record: Notification) -> str:
        return self.shown[record.pk].text

    def render_unread(self, value: bool, record: Notification) -> str:  # noqa: FBT001 - a value
        told = {"row": record, "csrf_token": get_token(self.request)}
        return render_to_string("core/columns/unread.html", told) if value else "read"

    def value_unread(self, value: bool) -> str:  # noqa: FBT001 - a column's value
        return "new" if value else "read"
