"""What happened to one thing, in one stream: system, people, carriers, notes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.actor import current_actor
from core.events import REGISTRY
from core.models import ApiToken, EventRecord, User
from core.subjects import Thing, things_of

_ICONS = {
    "order": "shopping-cart", "stock": "boxes", "parcel": "package", "label": "tag",
    "carrier": "truck", "fulfillment": "package-check", "pick": "scan-line", "payment": "wallet",
    "refund": "undo-2", "return": "rotate-ccw", "gate": "shield-check", "risk": "shield-alert",
    "case": "message-circle", "notice": "mail", "note": "sticky-note", "work": "list-checks",
    "hold": "circle-pause", "exception": "triangle-alert", "batch": "layers",
    "purchase_order": "clipboard-list", "vendor": "handshake", "agreement": "tag",
    "receipt": "package-check", "goods": "circle-question-mark",
    "approval": "user-check", "listing": "link", "sku": "barcode", "channel": "store",
}  # fmt: skip


@dataclass(frozen=True)
class Entry:
    """One line of a timeline."""

    at: datetime
    who: str
    text: str
    icon: str = "circle-dot"
    note: str = ""  # what a person wrote
    past: bool = False  # imported: it happened before this system
    about: Thing | None = None  # the order it happened to, on the page of something else


class _Facts(dict[str, Any]):
    """Facts of an event; one that is missing reads as a dash instead of failing the page."""

    def __missing__(self, key: str) -> str:
        return "–"

    def __getitem__(self, key: str) -> Any:
        """A kind reads as words: "fraud.review" as "fraud review"."""
        found = super().__getitem__(key)
        if isinstance(found, list):
            return ", ".join(str(one).replace("_", " ") for one in found)
        if key == "kind" and isinstance(found, str):
            return found.replace(".", " ").replace("_", " ")
        return found


def sentence_of(record: EventRecord) -> str:
    """How the timeline says an event: its class's sentence with its facts, else its name."""
    known = REGISTRY.get(record.name)
    if known is not None and known.sentence:
        try:
            return known.sentence.format_map(_Facts(record.payload))
        except (ValueError, AttributeError, IndexError, KeyError, TypeError):
            pass  # a payload of an older shape: the name still says what happened
    noun, _, verb = record.name.partition(".")
    return f"{noun} {verb}".replace("_", " ").strip().capitalize()


def timeline(subject: str, *, limit: int = 100) -> list[Entry]:
    """What happened to "order:7", newest first; few queries however long it is."""
    records = list(EventRecord.objects.filter(subjects__contains=[subject]).order_by("-id")[:limit])
    names = names_of(record.actor for record in records)
    texts = _notes(records)
    orders = _orders_of(records, subject)
    things = things_of(set(orders.values()), current_actor())
    return [
        Entry(
            at=record.happened_at,
            who=names.get(record.actor, record.actor),
            text=sentence_of(record),
            icon=_ICONS.get(record.name.partition(".")[0], "circle-dot"),
            note=texts.get(record.payload.get("note_id") or 0, ""),
            past=not record.live,
            about=things.get(orders.get(record.pk, "")),
        )
        for record in records
    ]


def _orders_of(records: list[EventRecord], subject: str) -> dict[int, str]:
    """Event id -> "order:7", for what happened to orders and is told on another thing's page."""
    if subject.startswith("order:"):
        return {}
    return {
        record.pk: key
        for record in records
        if record.name.startswith("order.")
        for key in record.subjects
        if key.startswith("order:")
    }


def names_of(actors: Iterable[str]) -> dict[str, str]:
    """Who the actors are: "person:7" -> "Ada Byron"; one query per kind of actor."""
    wanted: dict[str, set[str]] = {}
    for actor in actors:
        kind, _, key = actor.partition(":")
        wanted.setdefault(kind, set()).add(key)
    found = {"system": "System", "nobody": "Nobody"}
    found |= {f"job:{key}": "System" for key in wanted.get("job", ())}
    people = [int(key) for key in wanted.get("person", ()) if key.isdigit()]
    if people:
        rows = User.objects.filter(pk__in=people).values_list("pk", "name", "email")
        found |= {f"person:{pk}": name or email for pk, name, email in rows}
    if tokens := wanted.get("token"):
        rows = ApiToken.objects.filter(token_key__in=tokens).values_list("token_key", "name")
        found |= {f"token:{key}": f"{name} (API)" for key, name in rows}
    return found


def _notes(records: list[EventRecord]) -> dict[int, str]:
    """What the notes among these events say; they are kept apart, so that they can be erased."""
    ids = [record.payload["note_id"] for record in records if record.payload.get("note_id")]
    if not ids:
        return {}
    from core.notes import texts_of

    return texts_of(ids)
