"""Where a downstream app plugs into an upstream one: registries, ports and page slots."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class Registry(dict[str, T], Generic[T]):
    """Named entries, each added once, from an `apps.py`.

    Iterate with `sorted(registry.items())`; a name may start with a number to say where it goes.
    """

    def __init__(self, title: str) -> None:
        super().__init__()
        self.title = title

    def add(self, name: str, entry: T) -> T:
        if name in self:
            raise RuntimeError(f"{self.title}: {name} is already taken")
        self[name] = entry
        return entry


class Port(Generic[T]):
    """One question that upstream asks and downstream may answer; until then, the default does.

    Answers only read and touch no network. `name` and `version` of the answer
    are stored with every decision it took part in.
    """

    def __init__(self, default: T) -> None:
        self.answer: T = default

    def fill(self, answer: T) -> None:
        self.answer = answer


@dataclass(frozen=True, kw_only=True)
class Panel:
    """A part of a page, with its own query and permission."""

    template: str
    permission: str
    context: Callable[[Any], dict[str, Any]]


class Slot(Registry[Panel]):
    """The place on a page where panels of downstream apps appear, in order of name."""

    def panels(self, actor: Any, subject: Any) -> Iterator[tuple[str, dict[str, Any]]]:
        for _, panel in sorted(self.items()):
            if actor.may(panel.permission):
                yield panel.template, panel.context(subject)
