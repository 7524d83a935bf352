"""Who is acting: a person, a token, a job on someone's behalf, or the system."""

from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from django.db import models

from core.registry import Registry


class _All:
    """Every id there is."""

    def __contains__(self, _: object) -> bool:
        return True

    def __repr__(self) -> str:
        return "ALL"

    def __reduce__(self) -> str:
        """Stay the one and only through caches, so that `is ALL` holds."""
        return "ALL"


ALL = _All()

# scope column ("channel_id") -> function(user) -> the ids that user reaches, or ALL
reach_sources: Registry[Callable[[Any], Iterable[int] | _All]] = Registry("reach")


@dataclass(frozen=True, kw_only=True)
class Actor:
    """One principal: what it may do, and to which rows.

    `reach` maps a scope column ("channel_id") to the ids it may touch. A column
    that is missing reaches nothing: the default is no.
    """

    name: str  # "person:7", "token:3", "job:12", "system"
    user_id: int | None = None  # the person behind it, also behind a token or a job
    permissions: frozenset[str] = frozenset()
    reach: Mapping[str, Container[int]] = field(default_factory=dict)
    everywhere: bool = False

    def may(self, permission: str) -> bool:
        return self.everywhere or permission in self.permissions

    def ids(self, column: str) -> Container[int]:
        """The ids of `column` that are within reach; ALL when nothing is out of it."""
        return ALL if self.everywhere else self.reach.get(column, ())

    def reaches(self, row: models.Model) -> bool:
        """Whether every scope column of `row` (its class attribute `scope`) is within reach."""
        columns = getattr(row, "scope", ())
        return all(getattr(row, column) in self.ids(column) for column in columns)


NOBODY = Actor(name="nobody")
SYSTEM = Actor(name="system", everywhere=True)

_current: ContextVar[Actor] = ContextVar("actor", default=NOBODY)


def current_actor() -> Actor:
    """Return who acts; NOBODY unless a doorway has said so."""
    return _current.get()


def person(user: Any) -> Actor:
    """Return the Actor that a signed-in user is."""
    if not user.is_authenticated:
        return NOBODY
    return Actor(
        name=f"person:{user.pk}",
        user_id=user.pk,
        permissions=frozenset(user.get_all_permissions()),
        reach=reach_of(user),
    )


def reach_of(user: Any) -> dict[str, Container[int]]:
    """The ids of each scope column that `user` reaches."""
    found: dict[str, Container[int]] = {}
    for column, ids_of in reach_sources.items():
        ids = ids_of(user)
        found[column] = ids if isinstance(ids, _All) else frozenset(ids)
    return found


@contextmanager
def acting(actor: Actor) -> Iterator[Actor]:
    """Act as `actor` inside the block: each request, job and command opens one."""
    token = _current.set(actor)
    try:
        yield actor
    finally:
        _current.reset(token)
