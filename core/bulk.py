"""Acts on many rows of a list: chosen, frozen, shown first, then run in the background."""

import json
import secrets
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.http import HttpResponse
from django.shortcuts import render

from core.actor import current_actor
from core.batches import batch_kind, start_batch
from core.errors import BadValue, NotThere, Refused
from core.exports import BadFilter, filter_errors
from core.models import Batch, BatchRow, RowState
from core.pages import BulkAct, bulk_acts

ROWS_MAX = 50_000
KEPT_SECONDS = 3600
SHOWN = 20


class NothingChosen(Refused):
    """A bulk act over no row."""

    code = "nothing_chosen"
    status = 422
    sentence = "No row is selected. Tick some rows, or take all that match."


class TooManyChosen(Refused):
    """More rows than one bulk act takes."""

    code = "too_many_chosen"
    status = 422
    sentence = "At most {most:,} rows are changed at once. Narrow the list."


class ChoiceGone(Refused):
    """The frozen rows were kept for an hour, or are somebody else's."""

    code = "choice_gone"
    status = 410
    sentence = "This selection is no longer kept. Select the rows again."


@dataclass(frozen=True)
class Choice:
    """Rows frozen at one moment, for one act of one person."""

    token: str
    act: str
    list_name: str
    back: str
    ids: list[int]


def acts_of(name: str) -> list[tuple[str, BulkAct]]:
    """The acts on many rows of the list `name` that the actor may do: (key, act)."""
    actor = current_actor()
    return [
        (key.partition(" ")[2], act)
        for key, act in sorted(bulk_acts.items())
        if key.partition(" ")[0] == name and actor.may(act.permission)
    ]


def act_of(name: str, key: str) -> BulkAct:
    """One act of a list; raises NotThere when there is none, or not for this person."""
    found = dict(acts_of(name)).get(key)
    if found is None:
        raise NotThere(kind="act on this list")
    return found


def preview(listing: Any) -> HttpResponse:
    """Freeze the chosen rows and show what would be done to which of them."""
    key = listing.asked["bulk"]
    act = act_of(listing.name, key)
    if not listing.filter.is_valid():
        raise BadFilter(why=filter_errors(listing.filter))
    rows = listing.matching
    if not listing.asked.get("every"):
        ids = [int(one) for one in listing.asked.getlist("tick") if one.isascii() and one.isdigit()]
        rows = rows.filter(pk__in=[one for one in ids if one < 2**63])
    chosen = list(rows.order_by("pk").values_list("pk", flat=True)[: ROWS_MAX + 1])
    if not chosen:
        raise NothingChosen
    if len(chosen) > ROWS_MAX:
        raise TooManyChosen(most=ROWS_MAX)
    back = listing.url(without=("tick", "every", "bulk"))
    choice = Choice(secrets.token_urlsafe(16), key, listing.name, back, chosen)
    _keep(choice)
    first = list(rows.order_by("pk")[:SHOWN])
    context = {
        "title": act.label,
        "act": act,
        "choice": choice,
        "table": listing.table_of(first),
        "more": len(chosen) - len(first),
        "form": act.form() if act.form else None,
        "undoable": act.undo is not None,  # a template would call `act.undo` itself
    }
    return render(listing.request, "core/bulk.html", context)


def _key(token: str) -> str:
    return f"choice-{current_actor().name}-{token}"


def _keep(choice: Choice) -> None:
    kept = [choice.act, choice.list_name, choice.back, choice.ids]
    cache.set(_key(choice.token), json.dumps(kept), KEPT_SECONDS)


def choice_of(token: str) -> Choice:
    """The frozen rows; raises ChoiceGone after an hour, or for somebody else's."""
    kept = cache.get(_key(token[:40]))
    if kept is None:
        raise ChoiceGone
    return Choice(token, *json.loads(kept))


def start(choice: Choice, given: dict[str, str]) -> Batch:
    """Run the act on the frozen rows in the background; `given` is what its form was filled with.

    The form reads it again for each row, so that dates and amounts keep their meaning.
    """
    act = act_of(choice.list_name, choice.act)
    return start_batch(
        "core.bulk_act",
        title=f"{act.label}: {len(choice.ids)} rows",
        options={"list": choice.list_name, "act": choice.act, "given": given, "back": choice.back},
        rows=((str(one), {}) for one in choice.ids),
    )


def can_undo(batch: Batch) -> bool:
    """Whether what this batch did can be taken back, and has not been already."""
    act = bulk_acts.get(f"{batch.options.get('list')} {batch.options.get('act')}")
    if batch.kind != "core.bulk_act" or act is None or act.undo is None:
        return False
    undone = Batch.objects.filter(kind="core.undo_bulk_act", options__undoes=batch.public_id)
    return not undone.exists()


def undo(batch: Batch) -> Batch:
    """Take back what the batch did, row by row, in the background. Raises NotThere, BadValue."""
    if not can_undo(batch):
        raise BadValue(field="batch", fix="This cannot be undone, or it was undone already.")
    done = batch.rows.filter(state=RowState.DONE).order_by("position")
    return start_batch(
        "core.undo_bulk_act",
        title=f"Undo: {batch.title}"[:200],
        options=batch.options | {"undoes": batch.public_id},
        rows=((key, {}) for key in done.values_list("key", flat=True)),
    )


def _options(act: BulkAct, given: dict[str, str]) -> dict[str, Any]:
    if act.form is None:
        return {}
    form = act.form(given)
    if not form.is_valid():
        why = " ".join(error for errors in form.errors.values() for error in errors)
        raise BadValue(field="options", fix=why)
    return dict(form.cleaned_data)


@batch_kind("core.bulk_act", permission="core.start_batch")
def do_bulk_act(row: BatchRow) -> str:
    """One row of a bulk act: the operation asks for its own permission and reach."""
    told = row.batch.options
    act = act_of(told["list"], told["act"])
    result = act.act(int(row.key), **_options(act, told["given"]))
    return str(result) if result is not None else ""


@batch_kind("core.undo_bulk_act", permission="core.start_batch")
def undo_bulk_act(row: BatchRow) -> str:
    """Take one row of a bulk act back."""
    told = row.batch.options
    act = act_of(told["list"], told["act"])
    if act.undo is None:
        raise NotThere(kind="undo of this act")
    result = act.undo(int(row.key))
    return str(result) if result is not None else ""
