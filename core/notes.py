"""Notes: what people write on things."""

from collections.abc import Iterable

from core.actor import current_actor
from core.cards import mask_cards
from core.errors import BadValue
from core.events import publish
from core.facts import NoteAdded
from core.mentions import audience_of, marked, people_of
from core.models import Note, NotificationKind
from core.notifications import tell
from core.operations import operation
from core.subjects import require_subject

LENGTH_MAX = 5000


@operation(permission="core.add_note")
def add_note(subject: str, text: str) -> Note:
    """Write `text` on `subject` ("order:7"), and tell whom it mentions ("@Ana").

    A card number in it is masked, and that is kept. `audience` of the note says who was told, and
    which mentions reached nobody. Raises BadValue for no words or too many, or for more than 20
    mentions; NotThere for what the Actor does not see. Publishes note.added.
    """
    text = text.strip()
    if not text or len(text) > LENGTH_MAX:
        raise BadValue(field="text", fix=f"Write 1 to {LENGTH_MAX} characters.")
    require_subject(subject, current_actor())
    text, masked = mask_cards(text)
    audience = audience_of(text, subject)
    note = Note.objects.create(
        subject=subject, text=text, author_id=current_actor().user_id, card_masked=masked,
        mentions=audience.ids,
    )  # fmt: skip
    note.audience = audience
    tell(audience.ids, NotificationKind.MENTION, subject, key=f"note:{note.pk}", note_id=note.pk)
    publish(NoteAdded(subject=subject, note_id=note.pk))
    return note


def notes_on(subject: str) -> list[Note]:
    """The notes on "order:7", newest first."""
    return list(Note.objects.filter(subject=subject).select_related("author").order_by("-id")[:200])


def texts_of(note_ids: Iterable[int]) -> dict[int, str]:
    """What the notes of a timeline say: note id -> text, as HTML with its mentions marked."""
    notes = Note.objects.filter(pk__in=note_ids).values_list("pk", "text", "mentions")
    told = {pk: (text, mentions) for pk, text, mentions in notes}
    known = {one.id: one for one in people_of(pk for _, ids in told.values() for pk in ids)}
    return {
        pk: marked(text, [known[one] for one in mentions if one in known])
        for pk, (text, mentions) in told.items()
    }
