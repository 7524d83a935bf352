"""What every page shows: navigation, search, lanes; and the shape of a detail page."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache as cache_once
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from core.actor import Actor, current_actor
from core.clock import person_zone
from core.counters import counts, known_counts
from core.models import WorkItem
from core.neighbors import neighbors_of
from core.notifications import BELL
from core.registry import Panel, Registry, Slot
from core.timeline import timeline


@dataclass(frozen=True, kw_only=True)
class NavItem:
    """One entry of the left rail. `section` is one of SECTIONS; `count` feeds its live number."""

    section: str
    label: str
    url: str  # URL name: "orders:order_list"
    permission: str
    icon: str = "circle"  # lucide
    count: Callable[[Actor], int] | None = None  # how many wait; cap it
    counted: str = ""  # what the number is: "late orders"


@dataclass(frozen=True, kw_only=True)
class Shortcut:
    """Something to begin from `⌘K`: the page of a form, named by what one does there."""

    label: str  # "New order"
    url: str  # URL name
    permission: str


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


# The sections of the rail in their order, each with the letter that goes there after `g`.
GO_KEYS = {
    "Today": "t", "Orders": "o", "Fulfillment": "f", "Inventory": "i", "Purchasing": "p",
    "Returns": "r", "Fraud": "a", "Support": "c", "KPIs": "k", "Settings": "s",
}  # fmt: skip
SECTIONS = tuple(GO_KEYS)

nav: Registry[NavItem] = Registry("navigation")  # names sort inside a section: "10 orders"
shortcuts: Registry[Shortcut] = Registry("shortcuts")
search: Registry[SearchProvider] = Registry("search")
lanes: Registry[Lane] = Registry("Today's lanes")  # names sort: "10 late to ship"
today_panels: Slot = Slot("Today")
bulk_acts: Registry[BulkAct] = Registry("bulk acts")  # "orders.order_list cancel"
settings_panels: Slot = Slot("Settings")
batch_reports: Registry[Panel] = Registry("reports of batches")  # kind -> the panel on its page


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One tile: a figure with what it is measured against and where its rows are."""

    label: str
    value: str  # as shown: "£12,340.00", "94.2%"
    url: str = ""  # the page of its rows
    unit: str = ""
    target: str = ""  # as shown
    trend: str = ""  # "+3.1% vs last week"
    tone: str = ""  # good or bad: of the trend
    spark: Any = None  # core.charts.Sparkline
    definition: str = ""  # what "?" beside it says: definition, formula, freshness


@dataclass
class Shell:
    """The frame of every page, as this actor sees it; each part is made when a template asks."""

    request: HttpRequest
    actor: Actor

    @cached_property
    def items(self) -> list[tuple[str, NavItem]]:
        return [(key, item) for key, item in sorted(nav.items()) if self.actor.may(item.permission)]

    @cached_property
    def _known(self) -> dict[str, str]:
        counted = [key for key, item in self.items if item.count]
        return known_counts(self.actor, [*counted, BELL])

    @property
    def unread(self) -> str:
        """The bell's number, when it is known; the page asks for it by itself."""
        return self._known.get(BELL, "")

    @cached_property
    def sections(self) -> list[tuple[str, list["NavLink"]]]:
        known = self._known
        here = self._here()
        links: dict[str, list[NavLink]] = {name: [] for name in SECTIONS}
        for key, item in self.items:
            links[item.section].append(
                NavLink(item=item, key=key, here=key == here, count=known.get(key))
            )
        return [(name, found) for name, found in links.items() if found]

    def _here(self) -> str:
        """The entry whose address is the longest beginning of this one."""
        path, best = self.request.path, ("", "")
        for key, item in self.items:
            url = path_of(item.url)
            if (path == url or (url != "/" and path.startswith(url))) and len(url) > len(best[0]):
                best = (url, key)
        return best[1]

    @property
    def theme(self) -> str:
        """Which theme the person chose, light or dark; empty follows the system."""
        chosen = getattr(self.request.user, "theme", "system")
        return chosen if chosen in ("light", "dark") else ""

    @cached_property
    def zone(self) -> str:
        return str(person_zone())


@cache_once
def path_of(name: str) -> str:
    """The path of a page of the rail."""
    return reverse(name)


@dataclass(frozen=True)
class NavLink:
    """One line of the rail."""

    item: NavItem
    key: str
    here: bool
    count: str | None

    @property
    def path(self) -> str:
        return path_of(self.item.url)

    @property
    def counts(self) -> bool:
        """Whether something can wait behind it (templates would call `item.count` itself)."""
        return self.item.count is not None

    @property
    def counter(self) -> str:
        """The id of the element that holds its live number."""
        return "count-" + "-".join(self.key.replace(":", " ").replace(".", " ").split())


def count_waiting(actor: Actor) -> dict[str, str]:
    """Count what waits behind each entry, at most every fifteen seconds; "" for nothing."""
    return counts(
        actor,
        {k: item.count for k, item in nav.items() if item.count and actor.may(item.permission)},
    )


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context of every page: the rail, cut to what the person may open."""
    actor = current_actor()
    return {"shell": Shell(request, actor), "actor": actor}


def batch_report(batch: Any) -> list[tuple[str, dict[str, Any]]]:
    """The panel that a batch's kind shows on the batch's page, for `{% panels %}`; none by default.

    An app adds it as `batch_reports.add("orders.import", Panel(...))`.
    """
    panel = batch_reports.get(batch.kind)
    if panel is None or not current_actor().may(panel.permission):
        return []
    return [(panel.template, panel.context(batch))]


def claims_on(subject: str) -> list[WorkItem]:
    """The open work about this thing that the actor may see, and who is at it."""
    actor = current_actor()
    if not actor.may("core.view_workitem"):
        return []
    return list(WorkItem.objects.visible_to(actor).about(subject).order_by("id")[:5])


def offer_undo(request: HttpRequest, text: str, url: str) -> None:
    """Say what was done, with a button that posts to `url` to take it back."""
    messages.success(request, text, extra_tags=f"undo={url}")


def detail_page(
    request: HttpRequest,
    *,
    subject: Any,
    kind: str,
    template: str,
    slot: Slot | None = None,
    context: dict[str, Any] | None = None,
) -> HttpResponse:
    """Answer the page of one thing: its own template, its slot's panels, timeline and claims.

    `kind` with the primary key makes the timeline's subject: "order:7". With
    `?panel=1` it is the side panel's preview: the same page without its frame.
    """
    preview = bool(request.GET.get("panel"))
    told = {
        "subject": subject,
        "subject_key": f"{kind}:{subject.pk}",
        "layout": "ui/side.html" if preview else "ui/base.html",
        "panels": list(slot.panels(current_actor(), subject)) if slot else [],
        "claims": claims_on(f"{kind}:{subject.pk}"),
        "timeline": timeline(f"{kind}:{subject.pk}", limit=20 if preview else 100),
        "neighbors": None if preview else neighbors_of(request),
        "page_url": request.path,
        **(context or {}),
    }
    answer = render(request, template, told)
    answer["Vary"] = "HX-Request"
    return answer
