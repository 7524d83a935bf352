"""Domain events: facts that upstream apps publish and downstream apps react to.

An event is a frozen dataclass of ids and plain values, never personal data.
`publish` writes one EventRecord in the operation's transaction, so the fact and
the change commit together; the relay numbers it and calls the handlers.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import asdict, dataclass
from typing import Any, ClassVar, TypeVar, dataclass_transform

from django.db import connection, transaction

from core import clock
from core.actor import current_actor
from core.statements import run_sql
from core.tracing import current_request_id

live_now: ContextVar[bool] = ContextVar("live", default=True)
_relays_here: ContextVar[bool] = ContextVar("relays_here", default=False)


@dataclass(frozen=True, kw_only=True)
class Event:
    """Base of every event; `name` is "<noun>.<past participle>"."""

    name: ClassVar[str]
    sentence: ClassVar[str] = ""  # how the timeline says it: "Cancelled: {reason}"

    def subjects(self) -> list[str]:
        """Rows it is about, from its `<kind>_id` fields: ["order:7"]; indexed, feeds timelines."""
        ids = {key: value for key, value in asdict(self).items() if key.endswith("_id")}
        return [
            f"{key.removesuffix('_id')}:{value}" for key, value in ids.items() if value is not None
        ]


E = TypeVar("E", bound=Event)
Handler = Callable[[Any], None]
H = TypeVar("H", bound=Handler)  # a handler may listen to several events

REGISTRY: dict[str, type[Event]] = {}
HANDLERS: dict[str, dict[str, Handler]] = {}  # event name -> path of the handler -> handler
HISTORY_TOO: set[str] = set()  # paths of handlers that also want the imported past


@dataclass_transform(frozen_default=True, kw_only_default=True)
def event(name: str, sentence: str = "") -> Callable[[type[E]], type[E]]:
    """Make a class of ids and plain values an event under its wire name."""

    def register(cls: type[E]) -> type[E]:
        cls = dataclass(frozen=True, kw_only=True)(cls)
        cls.name, cls.sentence = name, sentence
        REGISTRY[name] = cls
        return cls

    return register


def on(event_class: type[Event], *, history_too: bool = False) -> Callable[[H], H]:
    """Subscribe a handler; only `<app>/handlers.py` may use it.

    It runs in the relay's transaction: it touches the database only, and adds a
    job for anything slow or outside. The imported past is kept from it unless
    `history_too` (figures want the past; mails, pushes and scores never do).
    """

    def register(handler: H) -> H:
        path = f"{handler.__module__}.{handler.__qualname__}"
        HANDLERS.setdefault(event_class.name, {})[path] = handler
        if history_too:
            HISTORY_TOO.add(path)
        return handler

    return register


def publish(fact: Event, *, live: bool | None = None) -> None:
    """Record `fact` with the change it tells of.

    `live=False` (or a surrounding `historical()`): imported past, handlers skip it.
    """
    if not connection.in_atomic_block:
        raise RuntimeError(f"{fact.name} was published outside an operation")
    run_sql(
        "core/record_event",
        name=fact.name,
        payload=json.dumps(asdict(fact)),
        subjects=fact.subjects(),
        actor=current_actor().name,
        live=live_now.get() if live is None else live,
        happened_at=clock.now(),
        request_id=current_request_id(),
    )
    wake_relay_after_commit()


def wake_relay_after_commit() -> None:
    """After the commit: NOTIFY inside it would hold a lock on the whole database meanwhile."""
    if _relays_here.get():
        return
    if not any(entry[1] is wake_relay for entry in connection.run_on_commit):
        transaction.on_commit(wake_relay, robust=True)


def wake_relay() -> None:
    """Tell the relay that there is something to number; it would find out by itself."""
    with connection.cursor() as cursor:
        cursor.execute("NOTIFY relay")


@contextmanager
def relaying_here() -> Iterator[None]:
    """Wake no relay for what happens inside: whoever opens this takes the events in by itself."""
    token = _relays_here.set(True)
    try:
        yield
    finally:
        _relays_here.reset(token)


@contextmanager
def historical() -> Iterator[None]:
    """Publish what happens inside as imported past: no mail, push, score or charge follows."""
    token = live_now.set(False)
    try:
        yield
    finally:
        live_now.reset(token)
