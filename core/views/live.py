"""The parts that refresh by themselves: counts of the rail, running work."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.actor import current_actor
from core.counters import counts as counts_of
from core.http import may
from core.models import Batch, BatchState
from core.notifications import BELL, unread
from core.pages import NavLink, count_waiting, nav

RUNNING_MAX = 5


@require_safe
@may("core.view_today")
def counts(request: HttpRequest) -> HttpResponse:
    """What waits behind each entry of the rail; each number goes to its own element."""
    actor = current_actor()
    found = count_waiting(actor)
    links = [NavLink(item=nav[key], key=key, here=False, count=n) for key, n in found.items()]
    told = {"links": links, "unread": counts_of(actor, {BELL: unread})[BELL]}
    return render(request, "ui/counts.html", told)


@require_safe
@may("core.view_batch")
def running(request: HttpRequest) -> HttpResponse:
    """The person's own running work in the top bar; asked for often only while there is some."""
    busy = Batch.objects.filter(
        asked_by_id=current_actor().user_id, state__in=(BatchState.WAITING, BatchState.RUNNING)
    )
    batches = list(busy.order_by("-id")[:RUNNING_MAX])
    return render(request, "ui/running.html", {"batches": batches})
