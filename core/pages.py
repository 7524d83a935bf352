"""What every page shows: navigation, search, lanes; and the shape of a detail page."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from core.actor import Actor, current_actor
from core.models import EventRecord
from core.registry import Registry, Slot


@dataclass(frozen=True, kw_only=True)
class NavItem:
    """One entry of the left rail. `section` is one of SECTIONS; `count` feeds its live number."""

    section: str
    label: str
    url: str  # URL name: "orders:order_list"
    permission: str
    icon: str = "circle"  # lucide
    count: Callable[[Actor], int] | None = None  # how many wait; cap it


@dataclass(frozen=True, kw_only=True)
class Hit:
    """One thing that the search found."""

    label: str
    url: str
    kind: str  # "Order"
    note: str = ""
    exact: bool = False  # an exact id: the search jumps there


@dataclass(frozen=True, kw_only=True)
class SearchProvider:
    """Answers `⌘K`: up to five hits for the typed words, by index only."""

    permission: str
    find: Callable[[str, Actor], Iterable[Hit]]


@dataclass(frozen=True, kw_only=True)
class Lane:
    """A "needs action" lane of Today: a count, the oldest, three rows, and the queue's page."""

    title: str
    permission: str
    url: str  # full path with query: the queue
    rows: Callable[[Actor], Any]  # a QuerySet, oldest first, capped by the page
    row: Callable[[Any], tuple[str, str, Any]]  # row -> (label, url, since: datetime)
    roles: tuple[str, ...] = ()  # shown first to these


@dataclass(frozen=True, kw_only=True)
class BulkAct:
    """An act on many rows of a list: runs as a Batch, one result per row."""

    label: str
    permission: str
    act: Callable[..., Any]  # operation(id, **options) for one row
    form: Any = None  # a django Form class for its options
    undo: Callable[..., Any] | None = None


SECTIONS = (
    "Today", "Orders", "Fulfillment", "Inventory", "Purchasing",
    "Returns", "Fraud", "Support", "KPIs", "Settings",
)  # fmt: skip

nav: Registry[NavItem] = Registry("navigation")  # names sort inside a section: "10 orders"
search: Registry[SearchProvider] = Registry("search")
lanes: Registry[Lane] = Registry("Today's lanes")  # names sort: "10 late to ship"
today_panels: Slot = Slot("Today")
bulk_acts: Registry[BulkAct] = Registry("bulk acts")  # "orders.order_list cancel"
settings_panels: Slot = Slot("Settings")


@dataclass
class Shell:
    """The navigation as this actor sees it."""

    sections: list[tuple[str, list[NavItem]]] = field(default_factory=list)


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context of every page: the rail, cut to what the person may open."""
    actor = current_actor()
    seen = [item for _, item in sorted(nav.items()) if actor.may(item.permission)]
    sections = [(name, [item for item in seen if item.section == name]) for name in SECTIONS]
    return {"shell": Shell([entry for entry in sections if entry[1]]), "actor": actor}


def timeline(subject: str, *, limit: int = 100) -> list[EventRecord]:
    """What happened to "order:7", newest first."""
    return list(EventRecord.objects.filter(subjects__contains=[subject]).order_by("-id")[:limit])


def detail_page(
    request: HttpRequest,
    *,
    subject: Any,
    kind: str,
    template: str,
    slot: Slot | None = None,
    context: dict[str, Any] | None = None,
) -> HttpResponse:
    """Answer the page of one thing: its own template, the panels of its slot, its timeline.

    `kind` with the primary key makes the timeline's subject: "order:7".
    """
    panels = list(slot.panels(current_actor(), subject)) if slot else []
    told = {
        "subject": subject,
        "subject_key": f"{kind}:{subject.pk}",
        "panels": panels,
        "timeline": timeline(f"{kind}:{subject.pk}"),
        **(context or {}),
    }
    return render(request, template, told)
