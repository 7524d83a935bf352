"""Notifications: what a person should know of, told once, in the operation that made it so."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db import transaction

from core.actor import Actor, current_actor
from core.counters import CAP, forget_counts
from core.events import live_now
from core.models import Notification, NotificationKind, User
from core.operations import operation
from core.roles import STAFF
from core.subjects import Thing, things_of

BELL = "bell"  # the name of its live number


def tell(
    user_ids: Iterable[int | None],
    kind: NotificationKind,
    subject: str,
    *,
    key: str,
    outcome: str = "",
    note_id: int | None = None,
) -> None:
    """Let these people know of `subject` ("order:7"); part of the operation that calls it.

    Once per person and `key`, however often it runs. Who acts knows already; whoever has left,
    and integrations, read no notifications; and the imported past tells nobody.
    """
    actor = current_actor()
    wanted = {user_id for user_id in user_ids if user_id and user_id != actor.user_id}
    if not wanted or not live_now.get():
        return
    staff = User.objects.filter(pk__in=wanted, is_active=True, roles__overlap=sorted(STAFF))
    told = list(staff.values_list("pk", flat=True))
    Notification.objects.bulk_create(
        [
            Notification(
                user_id=user_id, kind=kind, subject=subject, outcome=outcome, note_id=note_id,
                by_id=actor.user_id, key=key[:100],
            )
            for user_id in told
        ],
        ignore_conflicts=True,
    )  # fmt: skip
    _count_anew(told)


def settle(subject: str, kind: NotificationKind) -> None:
    """Nobody needs to look any more: what `subject` waited for has happened."""
    Notification.objects.filter(subject=subject, kind=kind, unread=True).update(unread=False)


@operation(permission="core.view_notification")
def read_notification(notification_id: int) -> bool:
    """Mark one of the acting person's notifications as read; False when there is none unread."""
    mine = Notification.objects.visible_to(current_actor()).not_read()
    return _read(mine.filter(pk=notification_id)) > 0


@operation(permission="core.view_notification")
def read_all_notifications() -> int:
    """Mark everything as read that the acting person was told; return how many were not."""
    return _read(Notification.objects.visible_to(current_actor()).not_read())


def _read(unread: Any) -> int:
    _count_anew([current_actor().user_id or 0])
    return int(unread.update(unread=False))


def _count_anew(user_ids: Iterable[int]) -> None:
    names = [f"person:{user_id}" for user_id in user_ids]
    transaction.on_commit(partial(forget_counts, names, BELL), robust=True)


def unread(actor: Actor) -> int:
    """How many the actor has not read, capped: the bell's number."""
    return Notification.objects.visible_to(actor).not_read()[:CAP].count()


# -- how they read -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Shown:
    """A notification in words."""

    text: str  # "Mentioned you on order 1042"
    url: str  # "" when it is gone, or out of the person's reach by now
    icon: str
    excerpt: str = ""  # of the note


_ICONS = {
    NotificationKind.MENTION: "at-sign",
    NotificationKind.APPROVAL_ASKED: "user-check",
    NotificationKind.APPROVAL_DECIDED: "user-check",
    NotificationKind.BATCH_ENDED: "layers",
    NotificationKind.ASSIGNED: "list-checks",
}
_GONE = "something you do not see any more"


def shown_all(rows: Iterable[Notification], actor: Actor) -> dict[int, Shown]:
    """Each notification in words: pk -> Shown. One query per kind of subject, not per row."""
    listed = list(rows)
    things = things_of({row.subject for row in listed}, actor)
    return {row.pk: _shown(row, things.get(row.subject)) for row in listed}


def _shown(row: Notification, thing: Thing | None) -> Shown:
    kind = NotificationKind(row.kind)
    text = _text(row, kind, f"{thing.kind} {thing.name}" if thing else _GONE, thing)
    url, excerpt = thing.url if thing else "", ""
    if kind is NotificationKind.MENTION and url:
        url += "#timeline"
        excerpt = row.note.text[:200] if row.note else ""
    return Shown(text[:1].upper() + text[1:], url, _ICONS[kind], excerpt)


def _text(row: Notification, kind: NotificationKind, named: str, thing: Thing | None) -> str:
    title = thing.name if thing else _GONE
    match kind:
        case NotificationKind.MENTION:
            return f"Mentioned you on {named}"
        case NotificationKind.APPROVAL_ASKED:
            return f"Needs your yes or no: {title}"
        case NotificationKind.BATCH_ENDED:
            ends = {"done": "Done", "failed": "Broke off", "cancelled": "Cancelled"}
            return f"{ends.get(row.outcome, 'Ended')}: {title}"
        case NotificationKind.APPROVAL_DECIDED:
            return f"{row.outcome}: {title}"
        case NotificationKind.ASSIGNED:
            return f"Assigned to you: {title}"
