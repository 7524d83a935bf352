"""Whose turn a case is: what several operations change about a conversation."""

from django.db.models.functions import Now

from core import clock
from core.events import publish
from support.events import CaseReopened
from support.models import Case
from support.promises import promised
from support.states import CaseState

FIELDS = [
    "state", "due", "first_response_at", "first_response_due", "last_message_at", "resolved_at",
    "resolution", "times_reopened", "version", "updated_at",
]  # fmt: skip


def open_again(case: Case, reason: str) -> None:
    """Open a closed, locked case again in memory; its promise runs from now. The caller saves."""
    case.state = CaseState.OPEN
    case.resolved_at, case.resolution = None, ""
    case.times_reopened += 1
    case.due = promised(case.priority, clock.now()).response
    first = case.links.order_by("id").values_list("order_id", flat=True).first()
    publish(CaseReopened(case_id=case.pk, order_id=first, reason=reason))


def save(case: Case) -> None:
    """Save what the operations on a conversation change."""
    case.version += 1
    case.updated_at = Now()
    case.save(update_fields=FIELDS)
