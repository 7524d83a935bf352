"""Mentions: who "@Ana", "@Ana Analyst" or "@ana.analyst" in a text is."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import Q
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from core.actor import person
from core.errors import BadValue
from core.models import User
from core.subjects import sees

MOST = 20  # in one text
CANDIDATES = 500
_AT = re.compile(r"(?<![\w@.+/-])@(?=\w)")
_ADDRESS = re.compile(r"[\w.+'-]+(?:@[\w-]+(?:\.[\w-]+)+)?")
_WORD = re.compile(r"[\w'-]+")


@dataclass(frozen=True)
class Known:
    """Somebody who can be mentioned."""

    id: int
    name: str
    email: str

    def __str__(self) -> str:
        return self.name or self.handle

    @property
    def handle(self) -> str:
        """The part of the address before the @."""
        return self.email.partition("@")[0]


@dataclass(frozen=True)
class Mention:
    """One "@…" of a text: the letters from `start` to `end`, and the people it may mean."""

    start: int
    end: int
    people: tuple[Known, ...]  # none: nobody; more than one: it is not clear who


def known_for(text: str) -> list[Known]:
    """The people whose name or address begins like a mention in the text; one query, or none."""
    begins = {_WORD.match(text, at.end())[0].lower() for at in _AT.finditer(text)}  # type: ignore[index]
    if not begins:
        return []
    wanted = Q()
    for word in sorted(begins)[:MOST]:
        wanted |= Q(name__istartswith=word) | Q(email__istartswith=word)
    rows = User.objects.filter(wanted, is_active=True).order_by("pk")
    return [Known(*row) for row in rows.values_list("pk", "name", "email")[:CANDIDATES]]


def mentions_in(text: str, known: Iterable[Known]) -> Iterator[Mention]:
    """Every "@…" of the text, with whom it means among the known.

    The whole name counts before an e-mail address or the part before its @, and that before a
    first name: "@Ana Smith" is clear although there are two Anas.
    """
    everybody = list(known)
    for at in _AT.finditer(text):
        yield _mention(text, at.start(), everybody)


def _mention(text: str, start: int, everybody: list[Known]) -> Mention:
    after = start + 1
    rest = text[after : after + 120].lower()
    named = [one for one in everybody if one.name and _begins(rest, one.name.lower())]
    if named:
        longest = max(len(one.name) for one in named)
        found = tuple(one for one in named if len(one.name) == longest)
        return Mention(start, after + longest, found)
    address = _ADDRESS.match(rest)
    said = address[0].rstrip(".-'") if address else ""
    addressed = tuple(one for one in everybody if said in {one.email.lower(), one.handle.lower()})
    if addressed:
        return Mention(start, after + len(said), addressed)
    word = _WORD.match(rest)
    first = word[0].rstrip("-'") if word else ""
    called = tuple(one for one in everybody if one.name.lower().split(" ")[0] == first)
    return Mention(start, after + len(first), called)


def _begins(rest: str, name: str) -> bool:
    return rest.startswith(name) and not rest[len(name) : len(name) + 1].isalnum()


def marked(text: str, people: Iterable[Known]) -> SafeString:
    """The text as HTML, with the mentions of these people marked."""
    parts, done = [], 0
    for mention in mentions_in(text, people):
        if len(mention.people) == 1 and mention.start >= done:
            parts.append(conditional_escape(text[done : mention.start]))
            said = text[mention.start : mention.end]
            parts.append(
                format_html('<b class="mention" title="{}">{}</b>', mention.people[0].name, said)
            )
            done = mention.end
    parts.append(conditional_escape(text[done:]))
    return mark_safe("".join(parts))  # noqa: S308 - every part is escaped above


def people_like(words: str, *, roles: Iterable[str], limit: int = 8) -> list[Known]:
    """People with one of the roles whose name, one of their names or address begins so."""
    wanted = words.strip().lower()
    rows = User.objects.filter(is_active=True, roles__overlap=sorted(roles))
    if wanted:
        rows = rows.filter(
            Q(name__istartswith=wanted)
            | Q(name__icontains=f" {wanted}")
            | Q(email__istartswith=wanted)
        )
    found = rows.order_by("name", "pk").values_list("pk", "name", "email")[:limit]
    return [Known(*row) for row in found]


def people_of(ids: Iterable[int]) -> list[Known]:
    """Who was mentioned; no query when nobody was."""
    wanted = set(ids)
    rows = User.objects.filter(pk__in=wanted).values_list("pk", "name", "email") if wanted else ()
    return [Known(*row) for row in rows]


# -- whom a text reaches -----------------------------------------------------------------------


@dataclass(frozen=True)
class Audience:
    """Whom a text reaches, and which of its mentions reach nobody, in words for who wrote it."""

    people: tuple[Known, ...]
    unclear: tuple[str, ...]

    @property
    def ids(self) -> list[int]:
        return [one.id for one in self.people]


def audience_of(text: str, subject: str) -> Audience:
    """Whom `text` on `subject` ("order:7") means: clearly one person, who sees the subject.

    Raises BadValue for more than 20 mentions.
    """
    found = list(mentions_in(text, known_for(text)))
    if len(found) > MOST:
        raise BadValue(field="text", fix=f"Mention at most {MOST} people at once.")
    meant = {m.people[0].id: m.people[0] for m in found if len(m.people) == 1}.values()
    unclear = [_unclear(text, mention) for mention in found if len(mention.people) != 1]
    users = User.objects.in_bulk([one.id for one in meant])
    blind = {one.id for one in meant if not sees(person(users[one.id]), subject)}
    unclear += [f"{one} does not see this, and was not told." for one in meant if one.id in blind]
    people = tuple(one for one in meant if one.id not in blind)
    return Audience(people, tuple(dict.fromkeys(unclear)))


def _unclear(text: str, mention: Mention) -> str:
    said = text[mention.start : mention.end]
    if not mention.people:
        return f"Nobody is called {said}."
    handles = " or ".join(f"@{one.handle}" for one in mention.people[:4])
    return f"{said} may be several people; write {handles}."
