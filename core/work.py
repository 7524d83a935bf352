"""Work for people: opened by operations and handlers, claimed, snoozed, finished."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.db.models.functions import Now

from core import clock
from core.actor import Actor, current_actor, person
from core.errors import BadValue, NotPermitted, NotThere, WorkDone, WorkTaken
from core.events import publish
from core.facts import WorkAssigned, WorkClaimed, WorkFinished, WorkSnoozed
from core.models import NotificationKind, User, WorkItem
from core.notifications import settle, tell
from core.operations import operation
from core.roles import GRANTS

CLAIM = timedelta(minutes=15)
ASSIGNED = timedelta(hours=12)
SNOOZE_MAX = timedelta(days=90)


@operation(permission="core.open_workitem")
def open_work(  # noqa: PLR0913 - a piece of work has these parts
    kind: str,
    subject: str,
    *,
    title: str,
    url: str,
    permission: str,
    due: datetime | None = None,
    priority: int = 0,
    channel_id: int | None = None,
    warehouse_id: int | None = None,
) -> WorkItem:
    """Put work in the queue, or bring the open one of this kind and subject up to date.

    `permission` says who may do it; `channel_id` and `warehouse_id` bind it to their people.
    """
    facts: dict[str, Any] = {
        "title": title[:200],
        "url": url,
        "permission": permission,
        "due": due,
        "priority": priority,
        "channel_id": channel_id,
        "warehouse_id": warehouse_id,
    }
    WorkItem.objects.bulk_create(
        [WorkItem(kind=kind, subject=subject, created_at=clock.now(), **facts)],
        ignore_conflicts=True,
    )
    item = WorkItem.objects.open().select_for_update(no_key=True).get(kind=kind, subject=subject)
    changed = [name for name, value in facts.items() if getattr(item, name) != value]
    for name in changed:
        setattr(item, name, facts[name])
    if changed:
        item.save(update_fields=changed)
    return item


@operation(permission="core.open_workitem")
def finish_work(kind: str, subject: str, *, outcome: str) -> bool:
    """Take the open work of this kind and subject out of the queue; False when there is none.

    Publishes work.finished.
    """
    item = WorkItem.objects.open().select_for_update(no_key=True).filter(kind=kind, subject=subject)
    found = item.first()
    if found is None:
        return False
    found.done_at, found.outcome = clock.now(), outcome[:100]
    found.save(update_fields=["done_at", "outcome"])
    settle(f"workitem:{found.pk}", NotificationKind.ASSIGNED)
    publish(WorkFinished(subject=subject, workitem_id=found.pk, kind=kind, outcome=found.outcome))
    return True


@operation(permission="core.claim_workitem")
def claim_work(item_id: int) -> WorkItem:
    """Take a piece of work for 15 minutes; claim it again to go on.

    Raises WorkTaken while somebody else has it, WorkDone. Publishes work.claimed.
    """
    item = _lock(item_id)
    mine = current_actor().user_id
    if mine is None:
        raise BadValue(field="owner", fix="Only a person can claim work.")
    free = Q(owner=None) | Q(owner=mine) | Q(lease_until__lte=Now())
    before = item.owner_id
    if not WorkItem.objects.filter(free, pk=item.pk).update(
        owner=mine, lease_until=Now() + CLAIM, snoozed_until=None
    ):
        raise WorkTaken(who=str(item.owner))
    if before != mine:
        publish(WorkClaimed(subject=item.subject, workitem_id=item.pk, kind=item.kind))
    item.refresh_from_db()
    return item


@operation(permission="core.assign_workitem")
def assign_work(item_id: int, *, user_id: int) -> WorkItem:
    """Give a piece of work to a person, who is told; for 12 hours, then it is free again.

    Raises BadValue for somebody who may not do it, WorkTaken while a third person works on it,
    WorkDone. Publishes work.assigned.
    """
    item = _lock(item_id)
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None or not _may_do(person(user), item):
        raise BadValue(field="assignee", fix="Name somebody who may do this.")
    if item.owner_id != user_id:
        _require_mine(item)
    item.owner, item.snoozed_until = user, None
    item.lease_until = Now() + ASSIGNED
    item.save(update_fields=["owner", "lease_until", "snoozed_until"])
    item.refresh_from_db()
    about = f"workitem:{item.pk}"
    key = f"{about} {item.lease_until.isoformat()}" if item.lease_until else about
    tell([user_id], NotificationKind.ASSIGNED, about, key=key)
    publish(
        WorkAssigned(subject=item.subject, workitem_id=item.pk, kind=item.kind, user_id=user_id)
    )
    return item


def who_may_do(item: WorkItem) -> list[User]:
    """The people to whom it can be given, by name."""
    people = User.objects.filter(is_active=True).order_by("name", "pk")
    for right in ("core.claim_workitem", item.permission):
        people = people.filter(roles__overlap=sorted(GRANTS.get(right, ())))
    return [one for one in people if _may_do(person(one), item)]


def _may_do(actor: Actor, item: WorkItem) -> bool:
    mine = WorkItem.objects.visible_to(actor).filter(pk=item.pk)
    return actor.may("core.claim_workitem") and actor.may(item.permission) and mine.exists()


@operation(permission="core.claim_workitem")
def release_work(item_id: int) -> WorkItem:
    """Let go of a piece of work. Raises WorkTaken when it is somebody else's."""
    item = _lock(item_id)
    _require_mine(item)
    item.owner, item.lease_until = None, None
    item.save(update_fields=["owner", "lease_until"])
    return item


@operation(permission="core.claim_workitem")
def snooze_work(item_id: int, *, until: datetime) -> WorkItem:
    """Put a piece of work off until then; it comes back by itself, free for everybody.

    Raises BadValue unless `until` is within the next 90 days. Publishes work.snoozed.
    """
    item = _lock(item_id)
    _require_mine(item)
    if not clock.now() < until <= clock.now() + SNOOZE_MAX:
        raise BadValue(field="until", fix="Choose a time within the next 90 days.")
    item.owner, item.lease_until, item.snoozed_until = None, None, until
    item.save(update_fields=["owner", "lease_until", "snoozed_until"])
    publish(WorkSnoozed(subject=item.subject, workitem_id=item.pk, kind=item.kind))
    return item


@operation(permission="core.claim_workitem")
def wake_work(item_id: int) -> WorkItem:
    """Bring a snoozed piece of work back now; one that is not snoozed stays as it is."""
    item = _lock(item_id)
    item.snoozed_until = None
    item.save(update_fields=["snoozed_until"])
    return item


def _lock(item_id: int) -> WorkItem:
    actor = current_actor()
    rows = WorkItem.objects.visible_to(actor).select_for_update(no_key=True, of=("self",))
    item = rows.filter(pk=item_id).first()
    if item is None:
        raise NotThere(kind="work")
    if item.done_at is not None:
        raise WorkDone
    if not actor.may(item.permission):
        raise NotPermitted(permission=item.permission)
    return item


def _require_mine(item: WorkItem) -> None:
    """Nobody takes or puts off what another works on while that claim lasts."""
    actor = current_actor()
    if item.owner_id in {None, actor.user_id} or actor.everywhere:
        return
    if WorkItem.objects.filter(pk=item.pk, lease_until__gt=Now()).exists():
        raise WorkTaken(who=str(item.owner))
