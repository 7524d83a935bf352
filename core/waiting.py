"""How much waits behind core's entries of the rail."""

from collections.abc import Callable

from core.actor import Actor
from core.models import Approval, ApprovalState, Job, JobState, WorkItem

CAP = 1000


def work(actor: Actor) -> int:
    """Work that the actor could take up now."""
    free = WorkItem.objects.visible_to(actor).free_for(actor.user_id)
    return free[:CAP].count()


def approvals(actor: Actor) -> int:
    """Questions that the actor may decide: not their own."""
    waiting = Approval.objects.filter(state=ApprovalState.WAITING)
    if not actor.everywhere:
        waiting = waiting.filter(permission__in=actor.permissions)
    return waiting.exclude(asked_by=actor.user_id or 0)[:CAP].count()


def dead_letters(actor: Actor) -> int:
    """Jobs that were given up."""
    return Job.objects.filter(state=JobState.DEAD)[:CAP].count()


WAITING: dict[str, Callable[[Actor], int]] = {
    "work_list": work,
    "approval_list": approvals,
    "job_list": dead_letters,
}
