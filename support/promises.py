"""How soon a case is answered and solved: the service promise of its priority."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from support.models import Case, ServicePromise

DEFAULT_HOURS = {1: (48, 120), 2: (24, 72), 3: (8, 24), 4: (2, 8)}  # priority: answer, solution


@dataclass(frozen=True)
class Promised:
    """Until when a case is answered first, and solved."""

    response: datetime
    solution: datetime


def promised(priority: int, since: datetime) -> Promised:
    """What a case of this priority, opened at `since`, was promised."""
    row = ServicePromise.objects.filter(priority=priority).first()
    response, solution = (
        (row.response_hours, row.solution_hours) if row else DEFAULT_HOURS[priority]
    )
    return Promised(since + timedelta(hours=response), since + timedelta(hours=solution))


def set_due(case: Case) -> None:
    """Set in memory what is due next: the first answer, or after it the solution."""
    times = promised(case.priority, case.opened_at)
    case.first_response_due = times.response
    case.due = times.response if case.first_response_at is None else times.solution


def change_priority(case: Case, priority: int) -> None:
    """Move in memory what is due by as much as the new priority promises sooner or later.

    By the difference: what was added since (waiting, opening again) stays.
    """
    before, after = promised(case.priority, case.opened_at), promised(priority, case.opened_at)
    case.priority, case.first_response_due = priority, after.response
    first = case.first_response_at is None
    case.due += after.response - before.response if first else after.solution - before.solution


def add_waiting(case: Case, now: datetime) -> None:
    """Put off in memory what is due by the time in which the customer had the word."""
    case.due += max(now - case.last_message_at, timedelta())
