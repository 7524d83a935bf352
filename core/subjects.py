"""What a subject like "order:7" is: which table, who may see it, where its page is."""

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

    def find(self, pk: int, actor: Actor) -> models.Model | None:
        """The row, when the actor may see it."""
        if not actor.may(self.permission):
            return None
        rows = self.model._default_manager.all()
        if hasattr(rows, "visible_to"):
            rows = rows.visible_to(actor)
        return rows.filter(pk=pk).first()


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
