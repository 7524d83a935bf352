"""What a subject like "order:7" is: which table, who may see it, where its page is."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models

from core.actor import Actor
from core.errors import BadValue, NotThere
from core.registry import Registry


@dataclass(frozen=True, kw_only=True)
class Subject:
    """One kind of thing that notes, work and timelines are about."""

    model: type[models.Model]
    permission: str  # to see it

    def seen_by(self, actor: Actor) -> models.QuerySet:
        """The rows that the actor may see."""
        rows: Any = self.model._default_manager.all()
        if not actor.may(self.permission):
            return rows.none()
        return rows.visible_to(actor) if hasattr(rows, "visible_to") else rows

    def find(self, pk: int, actor: Actor) -> models.Model | None:
        """The row, when the actor may see it."""
        return self.seen_by(actor).filter(pk=pk).first()


subjects: Registry[Subject] = Registry("subjects")  # only where the kind is not the model's name


def subject_of(kind: str) -> Subject | None:
    """Return the subject of that kind: registered, or the one model of that name."""
    if kind in subjects:
        return subjects[kind]
    name = kind.replace("_", "")
    for model in apps.get_models():
        if model._meta.model_name == name and not model.__module__.startswith("django."):
            return Subject(model=model, permission=f"{model._meta.app_label}.view_{name}")
    return None


@dataclass(frozen=True)
class Thing:
    """A subject as a sentence names it."""

    kind: str  # "order"
    name: str  # "1042"
    url: str  # "" when it has no page
    public_id: str = ""  # as the API names it; "" when it does not


def things_of(keys: Iterable[str], actor: Actor) -> dict[str, Thing]:
    """What these subjects ("order:7") are, as far as the actor sees them; one query per kind."""
    wanted: dict[str, set[int]] = {}
    for key in keys:
        kind, _, pk = key.partition(":")
        if pk.isascii() and pk.isdigit() and len(pk) <= 18:
            wanted.setdefault(kind, set()).add(int(pk))
    found = {}
    for kind, pks in wanted.items():
        subject = subject_of(kind)
        if subject is not None:
            named = str(subject.model._meta.verbose_name)
            for row in subject.seen_by(actor).filter(pk__in=pks):
                address = getattr(row, "get_absolute_url", None)
                url = address() if address else ""
                public_id = str(getattr(row, "public_id", ""))
                found[f"{kind}:{row.pk}"] = Thing(named, str(row), url, public_id)
    return found


def told_things(keys: Iterable[str], found: dict[str, Thing]) -> list[dict[str, str]]:
    """As the API and webhooks name them; what has no id there is left out."""
    things = [found[key] for key in keys if key in found]
    return [
        {"kind": thing.kind, "id": thing.public_id, "name": thing.name}
        for thing in things
        if thing.public_id
    ]


def sees(actor: Actor, key: str) -> bool:
    """Whether the actor sees "order:7"."""
    return bool(things_of([key], actor))


def require_subject(key: str, actor: Actor) -> Any:
    """Return the row of "order:7"; raises BadValue for no subject, NotThere out of reach."""
    kind, _, pk = key.partition(":")
    found = subject_of(kind)
    if found is None or not pk.isascii() or not pk.isdigit() or len(pk) > 18:
        raise BadValue(field="subject", fix='Name a thing like "order:7".')
    row = found.find(int(pk), actor)
    if row is None:
        raise NotThere(kind=kind.replace("_", " "))
    return row
