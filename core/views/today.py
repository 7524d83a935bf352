"""Today: what needs action, one's own work, what is running."""

from dataclasses import dataclass
from typing import Any

from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core import clock
from core.actor import Actor, current_actor
from core.http import may
from core.lists import capped_count
from core.models import WorkItem
from core.pages import Lane, lanes, today_panels

ROWS = 3


@dataclass(frozen=True)
class ShownLane:
    """A lane as Today shows it."""

    lane: Lane
    count: str
    rows: list[tuple[str, str, Any]]

    @property
    def oldest(self) -> Any:
        return self.rows[0][2] if self.rows else None


@require_safe
@may("core.view_today")
def today(request: HttpRequest) -> HttpResponse:
    actor = current_actor()
    shown = lanes_for(request.user, actor)
    context = {
        "title": "Today",
        "today": clock.today(),
        "lanes": [one for one in shown if one.rows],
        "clear": [one for one in shown if not one.rows],
        "panels": list(today_panels.panels(actor, request.user)),
        "work": work_of(request.user),
    }
    return render(request, "core/today.html", context)


def lanes_for(user: Any, actor: Actor) -> list[ShownLane]:
    """The lanes this person may see; first those for their roles, those with rows before others."""
    mine = set(getattr(user, "roles", ()))
    seen = [(name, lane) for name, lane in sorted(lanes.items()) if actor.may(lane.permission)]
    seen.sort(key=lambda entry: (not mine & set(entry[1].roles), entry[0]))
    return [_shown(lane, actor) for _, lane in seen]


def _shown(lane: Lane, actor: Actor) -> ShownLane:
    rows = lane.rows(actor)
    first = [lane.row(row) for row in rows[:ROWS]]
    count = str(len(first)) if len(first) < ROWS else capped_count(rows)
    return ShownLane(lane, count, first)


def work_of(user: Any) -> list[WorkItem]:
    """The open work that this person has claimed, what is due first."""
    mine = WorkItem.objects.filter(owner_id=user.pk, done_at=None)
    return list(mine.order_by(F("due").asc(nulls_last=True), "-priority", "id")[:8])
