"""What a channel is told, step by step: planned, asked, answered; each step committed by itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.events import publish
from core.operations import lock, operation
from core.statements import run_sql
from inventory.events import ListingsRefused
from inventory.models import Channel, Listing, PushMark, StockPush
from inventory.states import PushState


@dataclass(frozen=True)
class Push:
    """One quantity that is about to be told."""

    id: int
    channel_sku: str
    units: int


@operation(permission="inventory.push_stock")
def plan_pushes(channel_id: int, *, everything: bool = False) -> int:
    """Write down what the channel does not know yet; return how many quantities that are.

    Looks at the SKUs that were marked as changed, or at `everything` it lists. Marks are taken up
    before the present is read, in a statement of its own: a change in between is marked again.
    """
    channel = lock(Channel, channel_id)
    if not channel.active or not channel.adapter:
        PushMark.objects.filter(channel=channel).delete()
        return 0
    marks = run_sql("inventory/take_marks", channel_id=channel_id)
    if not marks and not everything:
        return 0
    planned = run_sql(
        "inventory/plan_pushes",
        channel_id=channel_id,
        sku_ids=[mark["sku_id"] for mark in marks],
        changed_at=[mark["changed_at"] for mark in marks],
        everything=everything,
    )
    return len(planned)


@operation(permission="inventory.push_stock")
def take_pushes(channel_id: int, *, limit: int) -> list[Push]:
    """Take the next quantities to tell; from now on they are in doubt."""
    lock(Channel, channel_id)
    rows = run_sql("inventory/take_pushes", channel_id=channel_id, limit=limit)
    return [Push(**row) for row in sorted(rows, key=lambda row: row["id"])]


@operation(permission="inventory.push_stock")
def record_pushes(channel_id: int, answers: Mapping[int, str]) -> int:
    """Write down answers (push id -> error, "" when taken); return how many were refused.

    Publishes listing.refused for those that the channel does not take.
    """
    rows = run_sql(
        "inventory/record_pushes",
        channel_id=channel_id,
        push_ids=list(answers),
        errors=list(answers.values()),
    )
    refused = sorted(row["listing_id"] for row in rows if row["error"])
    if refused:
        publish(ListingsRefused(channel_id=channel_id, listing_ids=refused[:100]))
    return len(refused)


@operation(permission="inventory.push_stock")
def note_silence(push_ids: Sequence[int], *, error: str, heard: bool) -> None:
    """Say why there is no answer yet. `heard`: the channel did say that it has taken nothing."""
    asked = StockPush.objects.filter(pk__in=push_ids, state=PushState.IN_DOUBT)
    state = PushState.WAITING if heard else PushState.IN_DOUBT
    asked.update(state=state, error=error[:300])


@operation(permission="inventory.push_stock")
def retry_pushes(channel_id: int, *, listing_id: int | None = None) -> list[int]:
    """Forget what the channel has refused, of one listing or all, so that it is told again.

    Returns the ids of the listings. Whoever calls adds the job for the channel.
    """
    channel = lock(Channel, channel_id)
    refused = Listing.objects.filter(channel=channel).exclude(push_error="")
    if listing_id is not None:
        refused = refused.filter(pk=listing_id)
    found = dict(refused.select_for_update(no_key=True).values_list("pk", "sku_id"))
    Listing.objects.filter(pk__in=found).update(push_error="", refused_units=None, refused_at=None)
    marks = [PushMark(channel=channel, sku_id=sku) for sku in set(found.values()) if sku]
    PushMark.objects.bulk_create(marks, ignore_conflicts=True)
    return list(found)
