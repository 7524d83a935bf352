"""How much waits behind core's entries of the rail."""

from collections.abc import Callable

from django.db.models import QuerySet

from core.actor import Actor
from core.models import Approval, ApprovalState, Job, JobState, WorkItem

CAP = 1000


def work(actor: Actor) -> int:
    """Work that the actor could take up now."""
    free = WorkItem.objects.visible_to(actor).free_for(actor.user_id)
    return free[:CAP].count()


def to_decide(actor: Actor) -> QuerySet[Approval]:
    """Questions that the actor may decide: not their own; the oldest first."""
    waiting = Approval.objects.filter(state=ApprovalState.WAITING)
    if not actor.everywhere:
        waiting = waiting.filter(permission__in=actor.permissions)
    return waiting.exclude(asked_by=actor.user_id or 0).order_by("asked_at", "id")


def approvals(actor: Actor) -> int:
    """How many of those there are, capped."""
    return to_decide(actor).order_by()[:CAP].count()


def dead_letters(actor: Actor) -> int:
    """Jobs that were given up."""
    return Job.objects.filter(state=JobState.DEAD)[:CAP].count()


WAITING: dict[str, Callable[[Actor], int]] = {
    "work_list": work,
    "approval_list": approvals,
    "job_list": dead_letters,
}
