"""Filters of core's lists; pages, API and exports use the same."""

from typing import Any

import django_filters as filters
from django.db.models import QuerySet

from core.models import (
    Approval,
    ApprovalState,
    Batch,
    BatchRow,
    BatchState,
    Decision,
    DeliveryState,
    EventRecord,
    Job,
    JobState,
    Notification,
    NotificationKind,
    RowState,
    WebhookDelivery,
    WorkItem,
)


class Named:
    """For flags with `method="named"`: ask the question that the QuerySet has under that name."""

    def named(self, rows: Any, name: str, value: bool) -> Any:
        return getattr(rows, name)() if value else rows


class BatchFilter(filters.FilterSet):
    q = filters.CharFilter(field_name="title", lookup_expr="icontains", label="Title")
    state = filters.MultipleChoiceFilter(choices=BatchState.choices)
    kind = filters.CharFilter()

    class Meta:
        model = Batch
        fields = ["q", "state", "kind"]


class BatchRowFilter(filters.FilterSet):
    state = filters.MultipleChoiceFilter(choices=RowState.choices)

    class Meta:
        model = BatchRow
        fields = ["state"]


class ApprovalFilter(filters.FilterSet):
    state = filters.MultipleChoiceFilter(choices=ApprovalState.choices)
    operation = filters.CharFilter()

    class Meta:
        model = Approval
        fields = ["state", "operation"]


class WorkFilter(filters.FilterSet):
    kind = filters.CharFilter()
    mine = filters.BooleanFilter(method="is_mine", label="Mine")
    snoozed = filters.BooleanFilter(method="is_snoozed", label="Snoozed")

    class Meta:
        model = WorkItem
        fields = ["kind", "mine", "snoozed"]

    def is_mine(self, items: Any, name: str, value: bool) -> QuerySet:
        return items.filter(owner=self.request.user.pk) if value else items

    def is_snoozed(self, items: Any, name: str, value: bool) -> QuerySet:
        return items.snoozed() if value else items.ready()


class EventFilter(filters.FilterSet):
    name = filters.CharFilter(label="Name")
    subject = filters.CharFilter(method="about", label="Subject")
    live = filters.BooleanFilter(label="Live")

    class Meta:
        model = EventRecord
        fields = ["name", "subject", "live"]

    def about(self, records: Any, name: str, value: str) -> QuerySet:
        return records.filter(subjects__contains=[value])


class JobFilter(filters.FilterSet):
    kind = filters.CharFilter()
    state = filters.MultipleChoiceFilter(choices=JobState.choices)

    class Meta:
        model = Job
        fields = ["kind", "state"]


class DecisionFilter(filters.FilterSet):
    kind = filters.CharFilter()
    subject = filters.CharFilter()

    class Meta:
        model = Decision
        fields = ["kind", "subject"]


class DeliveryFilter(filters.FilterSet):
    state = filters.MultipleChoiceFilter(choices=DeliveryState.choices)
    event = filters.CharFilter()

    class Meta:
        model = WebhookDelivery
        fields = ["state", "event"]


class NotificationFilter(filters.FilterSet):
    unread = filters.BooleanFilter(label="Not read")
    kind = filters.MultipleChoiceFilter(choices=NotificationKind.choices)

    class Meta:
        model = Notification
        fields = ["unread", "kind"]
