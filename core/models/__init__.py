"""The tables under every app."""

from core.models.approvals import Approval, ApprovalState
from core.models.batches import Batch, BatchRow, BatchState, RowState
from core.models.decisions import Decision
from core.models.events import EventRecord
from core.models.inbox import InboxMessage, InboxState
from core.models.jobs import Job, JobState
from core.models.notes import Note
from core.models.notifications import Notification, NotificationKind
from core.models.requests import IdempotentRequest
from core.models.scoped import ScopedQuerySet, append_only
from core.models.users import ApiToken, User
from core.models.views import SavedView
from core.models.webhooks import DeliveryState, WebhookDelivery, WebhookEndpoint
from core.models.work import WorkItem

__all__ = [
    "ApiToken",
    "Approval",
    "ApprovalState",
    "Batch",
    "BatchRow",
    "BatchState",
    "Decision",
    "DeliveryState",
    "EventRecord",
    "IdempotentRequest",
    "InboxMessage",
    "InboxState",
    "Job",
    "JobState",
    "Note",
    "Notification",
    "NotificationKind",
    "RowState",
    "SavedView",
    "ScopedQuerySet",
    "User",
    "WebhookDelivery",
    "WebhookEndpoint",
    "WorkItem",
    "append_only",
]
