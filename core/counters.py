"""Live numbers of a page's frame, each counted at most every fifteen seconds per actor."""

from collections.abc import Callable, Iterable, Mapping
from hashlib import blake2b

from django.core.cache import cache

from core.actor import Actor

COUNT_SECONDS = 15
CAP = 1000  # more are said as "999+"


def known_counts(actor: Actor, keys: Iterable[str]) -> dict[str, str]:
    """The counts that are fresh; the page asks for the others by itself."""
    names = {_kept_as(actor.name, key): key for key in keys}
    return {names[name]: count for name, count in cache.get_many(names).items()}


def counts(actor: Actor, counted: Mapping[str, Callable[[Actor], int]]) -> dict[str, str]:
    """All of them, those that are not fresh counted now; "" for nothing."""
    known = known_counts(actor, counted)
    fresh = {}
    for key, count in counted.items():
        if key not in known:
            found = count(actor)
            known[key] = "999+" if found >= CAP else str(found or "")
            fresh[_kept_as(actor.name, key)] = known[key]
    if fresh:
        cache.set_many(fresh, COUNT_SECONDS)
    return known


def forget_counts(actors: Iterable[str], key: str) -> None:
    """Count anew for these actors ("person:7") when next asked."""
    cache.delete_many([_kept_as(name, key) for name in actors])


def _kept_as(name: str, key: str) -> str:
    return f"nav-{name}-{blake2b(key.encode(), digest_size=6).hexdigest()}"
