"""Notes: what people write on things."""

from collections.abc import Iterable

from core.actor import current_actor
from core.cards import mask_cards
from core.errors import BadValue
from core.events import publish
from core.facts import NoteAdded
from core.models import Note
from core.operations import operation
from core.subjects import require_subject

LENGTH_MAX = 5000


@operation(permission="core.add_note")
def add_note(subject: str, text: str) -> Note:
    """Write `text` on `subject` ("order:7"). A card number in it is masked, and that is kept.

    Raises BadValue for no words or too many, NotThere for what the Actor does not see.
    Publishes note.added.
    """
    text = text.strip()
    if not text or len(text) > LENGTH_MAX:
        raise BadValue(field="text", fix=f"Write 1 to {LENGTH_MAX} characters.")
    require_subject(subject, current_actor())
    text, masked = mask_cards(text)
    note = Note.objects.create(
        subject=subject, text=text, author_id=current_actor().user_id, card_masked=masked
    )
    publish(NoteAdded(subject=subject, note_id=note.pk))
    return note


def notes_on(subject: str) -> list[Note]:
    """The notes on "order:7", newest first."""
    return list(Note.objects.filter(subject=subject).select_related("author").order_by("-id")[:200])


def texts_of(note_ids: Iterable[int]) -> dict[int, str]:
    """What the notes of a timeline say: note id -> text."""
    return dict(Note.objects.filter(pk__in=note_ids).values_list("pk", "text"))
