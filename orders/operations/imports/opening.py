"""Open the batch of a file, or find the one that was cut off half-way."""

from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from typing import Any

from core import clock
from core.actor import current_actor
from core.batches import run_batch
from core.errors import BadValue
from core.events import publish
from core.facts import BatchStarted
from core.models import Batch, BatchState
from core.operations import operation, require_reach
from inventory.models import Channel
from orders.models import ImportProfile
from orders.operations.imports.chunks import target_of
from orders.operations.imports.profile import Profile

KIND = "orders.import"
BLOCK = 1 << 20
MOST_BYTES = 256 * 1024 * 1024  # of an uploaded file; the command takes larger ones


@operation(permission="orders.import_orders")
def start_import(
    channel_id: int,
    *,
    profile: str,
    file: Any,
    dry_run: bool = False,
    live: bool = False,
    limit: int | None = None,
) -> Batch:
    """Take an uploaded file in, in the background, as whoever asks; the batch shows how far it is.

    The same file again joins the import that is still at it, or goes on with the one that
    failed. Raises what `open_import` raises.
    """
    require_reach("channel", channel_id=channel_id)
    if not file.size:
        raise BadValue(field="file", fix="The file is empty; send a header and at least one row.")
    if file.size > MOST_BYTES:
        fix = f"The file is larger than {MOST_BYTES >> 20} MB; pack it with gzip, or split it."
        raise BadValue(field="file", fix=fix)
    batch = open_import(
        channel_id, profile=profile, file=file, name=file.name, dry_run=dry_run, live=live,
        limit=limit,
    )  # fmt: skip
    if batch.state == BatchState.FAILED:
        batch.state, batch.finished_at, batch.last_error = BatchState.WAITING, None, ""
        batch.save(update_fields=["state", "finished_at", "last_error"])
    run_batch.add(batch.pk)
    return batch


@operation(permission="orders.import_orders")
def open_import(  # noqa: PLR0913 - what a person chooses
    channel_id: int,
    *,
    profile: str,
    path: str = "",
    file: Any = None,
    name: str = "",
    dry_run: bool = False,
    live: bool = False,
    limit: int | None = None,
) -> Batch:
    """Return the batch of this file: the one that was cut off half-way, or a new one.

    `path` names a file on this machine, `file` is an uploaded one, which the batch keeps.
    Raises BadValue for an unknown profile, a missing file or a closed channel. Publishes
    batch.started for a new one.
    """
    require_reach("channel", channel_id=channel_id)
    channel = Channel.objects.get(pk=channel_id)
    rules = profile_of(profile)
    options = {
        "digest": _digest(file.chunks(BLOCK) if file is not None else _blocks(path)),
        "channel_id": channel_id,
        "profile": rules.code,
        "dry_run": dry_run,
        "live": live,
        "limit": limit,
    }
    target_of(Batch(), channel, rules)
    found = _cut_off(options)
    if found is None:
        word = "Try" if dry_run else "Import"
        title = f"{word} orders of {channel.code} from {name or Path(path).name}"[:200]
        return _opened(title, options | {"path": path}, file)
    if not found.file_in:
        found.options |= {"path": path}
    if not found.file_in and file is not None:
        _keep(found, file)
    found.save(update_fields=["options", "file_in"])
    return found


def _opened(title: str, options: dict[str, Any], file: Any) -> Batch:
    actor = current_actor()
    batch = Batch(
        kind=KIND,
        title=title,
        options=options,
        actor=actor.name,
        asked_by_id=actor.user_id,
        created_at=clock.now(),
    )
    if file is not None:
        _keep(batch, file)
    batch.save()
    publish(BatchStarted(batch_id=batch.pk, kind=KIND))
    return batch


def _keep(batch: Batch, file: Any) -> None:
    file.seek(0)
    batch.file_in.save(Path(file.name).name[-80:], file, save=False)


def _cut_off(options: dict[str, Any]) -> Batch | None:
    """The import of the same bytes with the same choices that has not ended well."""
    unfinished = [BatchState.WAITING, BatchState.RUNNING, BatchState.FAILED]
    mine = Batch.objects.visible_to(current_actor())
    same = mine.filter(kind=KIND, state__in=unfinished, options__contains=options)
    return same.order_by("-id").first()


def profile_of(code: str) -> Profile:
    """The rules of a profile, checked. Raises BadValue."""
    row = ImportProfile.objects.filter(code=code).first()
    if row is None:
        known = ", ".join(ImportProfile.objects.values_list("code", flat=True)) or "none"
        raise BadValue(field="profile", fix=f"There is no profile {code[:64]}. Known: {known}.")
    return Profile.of(row)


def _blocks(path: str) -> Iterable[bytes]:
    try:
        with Path(path).open("rb") as file:
            while block := file.read(BLOCK):
                yield block
    except OSError as error:
        raise BadValue(field="file", fix=f"{path} cannot be read: {error.strerror}.") from error


def _digest(blocks: Iterable[bytes]) -> str:
    digest = sha256()
    for block in blocks:
        digest.update(block)
    return digest.hexdigest()
