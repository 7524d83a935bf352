"""A second person: an operation that waits for somebody else's yes."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from typing import Any

from core import clock
from core.actor import acting, current_actor, person
from core.errors import AlreadyDecided, NotPermitted, SecondPersonNeeded
from core.events import publish
from core.facts import ApprovalAsked, ApprovalDecided
from core.models import Approval, ApprovalState, NotificationKind, User
from core.notifications import settle, tell
from core.operations import CATALOGUE, afresh, lock, operation
from core.roles import GRANTS
from core.subjects import sees

_approved_by: ContextVar[int | None] = ContextVar("approved_by", default=None)


def approved_by() -> int | None:
    """Return the second person who has said yes to what runs now; None when nobody has."""
    return _approved_by.get()


def waiting_on(subject: str) -> Any:
    """What waits for a second person about "order:7"; the oldest first."""
    rows = Approval.objects.filter(subject=subject, state=ApprovalState.WAITING)
    return rows.order_by("asked_at", "id")


@contextmanager
def approved(user_id: int) -> Iterator[None]:
    """Run an operation that has been approved by this person."""
    token = _approved_by.set(user_id)
    try:
        yield
    finally:
        _approved_by.reset(token)


@operation(permission="core.ask_approval")
def ask_approval(
    operation_name: str,
    arguments: dict[str, Any],
    *,
    sentence: str,
    facts: dict[str, Any],
    permission: str,
    subject: str,
) -> Approval:
    """Keep an operation of the catalogue until a second person decides.

    `arguments` is JSON and becomes the operation's keyword arguments; `permission` is what
    the second person must have. Asking twice for the same returns the one that waits.
    Call it, then return: raising would undo it. Publishes approval.asked.
    """
    if operation_name not in CATALOGUE:
        raise LookupError(f"no operation {operation_name}")
    waits = Approval.objects.filter(
        operation=operation_name, arguments=arguments, state=ApprovalState.WAITING
    )
    if (known := waits.first()) is not None:
        return known
    made = Approval.objects.create(
        operation=operation_name,
        arguments=arguments,
        sentence=sentence[:300],
        facts=facts,
        permission=permission,
        subject=subject,
        asked_by_id=current_actor().user_id,
        asked_at=clock.now(),
    )
    publish(ApprovalAsked(subject=subject, approval_id=made.pk, operation=operation_name))
    about = f"approval:{made.pk}"
    tell(_who_may_decide(made), NotificationKind.APPROVAL_ASKED, about, key=f"{about} asked")
    return made


def _who_may_decide(approval: Approval) -> list[int]:
    """Those who have the rights for it and see what it is about."""
    rights: list[set[Any]] = [
        GRANTS.get(name, set()) for name in ("core.decide_approval", approval.permission)
    ]
    people = User.objects.filter(is_active=True)
    for roles in rights:
        people = people.filter(roles__overlap=sorted(roles))
    subject = approval.subject
    return [one.pk for one in people if not subject or sees(person(one), subject)]


@operation(permission="core.decide_approval")
def decide_approval(approval_id: int, *, approve: bool, note: str = "") -> Approval:
    """Approve, and so run the operation as the approver, on what is true now; or reject.

    Raises AlreadyDecided; SecondPersonNeeded for whoever asked, through whichever of their
    principals (their token is they); NotPermitted; and whatever the operation refuses, in
    which case nothing has changed. Publishes approval.decided.
    """
    approval = lock(Approval, approval_id)
    actor = current_actor()
    if approval.state != ApprovalState.WAITING:
        raise AlreadyDecided(state=approval.state)
    if actor.user_id is None or actor.user_id == approval.asked_by_id:
        raise SecondPersonNeeded
    if not actor.may(approval.permission):
        raise NotPermitted(permission=approval.permission)
    _close(approval, ApprovalState.APPROVED if approve else ApprovalState.REJECTED, note)
    if approve:
        entry = CATALOGUE[approval.operation]
        # As the approver: within their reach, on the right that the approval itself asks for.
        rights = replace(actor, permissions=actor.permissions | {entry.permission})
        with acting(rights), approved(actor.user_id), afresh():
            entry.call(**approval.arguments)
    return approval


@operation(permission="core.ask_approval")
def withdraw_approval(approval_id: int, *, note: str = "") -> Approval:
    """Take one's own question back; the system takes back what cannot be done any more.

    Raises AlreadyDecided, NotPermitted for somebody else's. Publishes approval.decided.
    """
    approval = lock(Approval, approval_id)
    actor = current_actor()
    if approval.state != ApprovalState.WAITING:
        raise AlreadyDecided(state=approval.state)
    if not actor.everywhere and actor.user_id != approval.asked_by_id:
        raise NotPermitted(permission="core.decide_approval")
    _close(approval, ApprovalState.WITHDRAWN, note)
    return approval


def _close(approval: Approval, state: ApprovalState, note: str) -> None:
    approval.state, approval.note = state, note.strip()
    approval.decided_by_id, approval.decided_at = current_actor().user_id, clock.now()
    approval.save(update_fields=["state", "note", "decided_by", "decided_at"])
    about = f"approval:{approval.pk}"
    settle(about, NotificationKind.APPROVAL_ASKED)
    asker = [approval.asked_by_id]
    tell(asker, NotificationKind.APPROVAL_DECIDED, about, key=f"{about} decided", outcome=state)
    publish(
        ApprovalDecided(
            subject=approval.subject,
            approval_id=approval.pk,
            operation=approval.operation,
            state=state.value,
        )
    )
