"""Events of core itself. Each names the thing it is about, so that its timeline tells them."""

from core.events import Event, event


class _About(Event):
    """An event about any kind of thing: "order:7"."""

    subject: str

    def subjects(self) -> list[str]:
        own = super().subjects()
        return [*own, self.subject] if self.subject else own


@event("note.added", "Wrote a note.")
class NoteAdded(_About):
    """Somebody wrote on the thing; the words are in the Note, which can be erased."""

    subject: str
    note_id: int


@event("approval.asked", "A second person was asked: {operation}.")
class ApprovalAsked(_About):
    """An operation waits for somebody else's yes."""

    subject: str
    approval_id: int
    operation: str


@event("approval.decided", "A second person decided: {state}.")
class ApprovalDecided(_About):
    """Approved, rejected or withdrawn; when approved, it was done in the same moment."""

    subject: str
    approval_id: int
    operation: str
    state: str


@event("work.claimed", "Claimed for work: {kind}.")
class WorkClaimed(_About):
    """A person took a piece of work."""

    subject: str
    workitem_id: int
    kind: str


@event("work.assigned", "Given to somebody: {kind}.")
class WorkAssigned(_About):
    """A piece of work was given to a person."""

    subject: str
    workitem_id: int
    kind: str
    user_id: int


@event("work.snoozed", "Snoozed: {kind}.")
class WorkSnoozed(_About):
    """A person put a piece of work off."""

    subject: str
    workitem_id: int
    kind: str


@event("work.finished", "Work finished: {kind}, {outcome}.")
class WorkFinished(_About):
    """A piece of work left the queue."""

    subject: str
    workitem_id: int
    kind: str
    outcome: str


@event("batch.started", "Started: {kind}.")
class BatchStarted(Event):
    """Long work was asked for."""

    batch_id: int
    kind: str


@event("batch.finished", "Finished: {state}, {done} done, {failed} failed.")
class BatchFinished(Event):
    """Long work ended."""

    batch_id: int
    kind: str
    state: str
    done: int
    failed: int


@event("person.changed", "An account was made or changed.")
class PersonChanged(Event):
    """What somebody may do, from now on."""

    user_id: int
    roles: list[str]
    active: bool


@event("token.made", "A token was made.")
class TokenMade(Event):
    """A new API token; who may see it saw it once."""

    user_id: int
    token_key: str
    scopes: list[str]


@event("token.revoked", "A token was revoked.")
class TokenRevoked(Event):
    """A token ended by a person's hand."""

    user_id: int
    token_key: str


@event("webhook.changed", "A webhook endpoint was changed.")
class WebhookChanged(Event):
    """An endpoint was made, changed, switched on or off."""

    webhook_id: int
    active: bool
    why: str = ""


@event("job.retried", "A dead job was sent again: {kind}.")
class JobRetried(Event):
    """A person sent a dead letter again."""

    job_id: int
    kind: str
    key: str
