"""What comes in from outside: taken once, kept raw for a while, parked while its parent is unknown.

An app names its reader per kind of source, in `handlers.py` or `tasks.py`:

    @takes("carrier")
    def read_tracking(source: str, body: bytes) -> None: ...
"""

from collections.abc import Callable
from datetime import timedelta

from django.db import connection, transaction
from django.db.models.functions import Now

from core import clock
from core.actor import SYSTEM, acting
from core.jobs import job
from core.models import InboxMessage, InboxState
from core.registry import Registry

KEEP = timedelta(days=30)  # the raw body
PATIENCE = timedelta(days=7)  # for a parent that is not known yet
WAIT_MAX_SECONDS = 3600

Reader = Callable[[str, bytes], None]
readers: Registry[Reader] = Registry("inbox")  # "carrier" reads what comes from "carrier:swift"


class UnknownParent(Exception):  # noqa: N818 - reads as what happened
    """What the message is about is not known here yet; it is parked and tried again."""


def takes(kind: str) -> Callable[[Reader], Reader]:
    """Name the reader of what comes from sources of that kind. It must be harmless to run twice."""
    return lambda reader: readers.add(kind, reader)


def take_in(
    source: str, event_id: str, body: bytes, effect: Callable[[], None] | None = None
) -> str:
    """Take one message: "done", "duplicate" when it came before, "parked" for later.

    `source` is "<kind>:<who>"; `effect` acts on it (without one, the kind's reader does) in
    the same transaction as the record that it came, and raises UnknownParent to park it.
    A parked message is read again by its kind's reader, with growing waits, for a week.
    """
    kind = source.partition(":")[0]
    if kind not in readers:
        raise LookupError(f"nobody takes what comes from {kind}: see core.inbox.takes")
    with transaction.atomic():
        message_id = _insert(source, event_id, body)
        if message_id is None:
            return "duplicate"
        try:
            with transaction.atomic():
                (effect or (lambda: readers[kind](source, body)))()
        except UnknownParent as unknown:
            InboxMessage.objects.filter(pk=message_id).update(
                state=InboxState.PARKED, reason=str(unknown)[:300], attempts=1
            )
            retry_parked.add(message_id, wait=timedelta(seconds=10))
            return "parked"
    return "done"


def _insert(source: str, event_id: str, body: bytes) -> int | None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO core_inboxmessage"
            " (source, event_id, state, body, keep_until, reason, attempts)"
            " VALUES (%s, %s, 'done', %s, %s, '', 0) ON CONFLICT DO NOTHING RETURNING id",
            [source, event_id, body, clock.now() + KEEP],
        )
        row = cursor.fetchone()
    return row[0] if row else None


@job("core.retry_parked", queue="default", lease=timedelta(seconds=60))
def retry_parked(message_id: str) -> None:
    """Read a parked message again; after a week without its parent it is dead."""
    with transaction.atomic(), acting(SYSTEM):
        message = InboxMessage.objects.select_for_update(no_key=True).get(pk=message_id)
        if message.state != InboxState.PARKED:
            return
        try:
            with transaction.atomic():
                readers[message.source.partition(":")[0]](
                    message.source, bytes(message.body or b"")
                )
            message.state, message.reason = InboxState.DONE, ""
        except UnknownParent as unknown:
            message.reason = str(unknown)[:300]
            if _is_old(message):
                message.state = InboxState.DEAD
            else:
                seconds = min(10 * 2**message.attempts, WAIT_MAX_SECONDS)
                retry_parked.add(message_id, wait=timedelta(seconds=seconds))
        message.attempts = min(message.attempts + 1, 1000)
        message.save(update_fields=["state", "reason", "attempts"])


def _is_old(message: InboxMessage) -> bool:
    old = InboxMessage.objects.filter(pk=message.pk, received_at__lte=Now() - PATIENCE)
    return old.exists()
