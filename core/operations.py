"""`@operation`: the only doorway through which business state changes."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import wraps
from typing import Any, ParamSpec, TypeVar, cast

from django.db import OperationalError, connection, models, transaction

from core.actor import current_actor
from core.errors import NotPermitted, NotThere
from core.rows import locked_row

P = ParamSpec("P")
R = TypeVar("R")
M = TypeVar("M", bound=models.Model)

DEADLOCK, SERIALIZATION, TRIES = "40P01", "40001", 3
_depth: ContextVar[int] = ContextVar("operation_depth", default=0)


@dataclass(frozen=True)
class Entry:
    """What `manage.py operations` and the architecture tests know about an operation."""

    name: str
    permission: str
    module: str
    doc: str
    call: Callable[..., Any]


CATALOGUE: dict[str, Entry] = {}  # "orders.cancel_order" -> Entry


def operation(*, permission: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Make a function one business change: one transaction, one permission, all or nothing.

    The outermost operation asks for the permission; one that it calls joins its
    transaction and runs on its authority. No savepoint in between: a refusal
    further in undoes the whole, and swallowing it is an error.
    """

    def decorate(func: Callable[P, R]) -> Callable[P, R]:
        @wraps(func)
        def run(*args: P.args, **kwargs: P.kwargs) -> R:
            if _depth.get():
                with transaction.atomic(savepoint=False):
                    return cast(R, _counted(func, *args, **kwargs))
            if not current_actor().may(permission):
                raise NotPermitted(permission=permission)
            return cast(R, _retried(func, *args, **kwargs))

        name = f"{func.__module__.split('.')[0]}.{func.__name__}"
        CATALOGUE[name] = Entry(name, permission, func.__module__, func.__doc__ or "", run)
        return run

    return decorate


def lock(model: type[M], pk: int) -> M:
    """Lock the row that the operation is about; raise NotThere when the Actor does not reach it.

    FOR NO KEY UPDATE, and of the row itself only: rows that refer to it can
    still be inserted meanwhile, and joined rows stay free.
    """
    row = locked_row(model, pk)
    if row is None or (_depth.get() == 1 and not current_actor().reaches(row)):
        raise NotThere(kind=model._meta.verbose_name)
    return row


def outermost() -> bool:
    """Whether the operation that runs is one that a doorway called: it answers for the rights."""
    return _depth.get() == 1


@contextmanager
def afresh() -> Iterator[None]:
    """Call operations inside as a doorway would: permission and reach are asked again.

    For an operation whose work is to run another one: an approval, a bulk act.
    """
    token = _depth.set(0)
    try:
        yield
    finally:
        _depth.reset(token)


def require_reach(kind: str, **columns: int) -> None:
    """For an operation that has no row to lock yet: the Actor must reach e.g. channel_id=3."""
    actor = current_actor()
    if _depth.get() == 1:
        for column, key in columns.items():
            if key not in actor.ids(column):
                raise NotThere(kind=kind)


def _counted(func: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    token = _depth.set(_depth.get() + 1)
    try:
        return func(*args, **kwargs)
    finally:
        _depth.reset(token)


def _retried(func: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    tries = 1 if connection.in_atomic_block else TRIES  # inside another transaction nothing heals
    for left in reversed(range(tries)):
        try:
            with transaction.atomic():
                result = _counted(func, *args, **kwargs)
                if transaction.get_rollback():  # Django would undo it all and say nothing
                    raise RuntimeError(f"{func.__name__} swallowed a refusal further in")
                return result
        except OperationalError as error:
            if not left or getattr(error.__cause__, "pgcode", "") not in (DEADLOCK, SERIALIZATION):
                raise
    raise AssertionError("unreachable")
