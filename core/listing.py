"""One list as one person asks for it: its filters, columns, tabs, counts and page."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import blake2b
from typing import Any, cast

from django.core.cache import cache
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

from core.actor import current_actor
from core.chips import Chip, chips_of, for_people
from core.lists import PAGE, Page, capped_count, cursor_at, page_of, rows_before
from core.models import SavedView
from core.neighbors import remember
from core.tables import addresses

COUNT_SECONDS = 15
FOR_PROGRAMS = {"updated_after"}  # the API's way to follow changes


@dataclass
class Tab:
    """One saved view above a list."""

    label: str
    query: str
    here: bool = False
    count: str | None = None  # None: not known yet, the page asks for it
    view: SavedView | None = None
    mine: bool = False
    key: str = ""


@dataclass
class Column:
    """One column as the column menu offers it."""

    name: str
    label: str
    shown: bool


@dataclass
class Head:
    """One header: where a click on it leads, and how the rows are sorted now."""

    label: str
    classes: str = ""
    url: str = ""
    direction: str = ""  # "ascending", "descending"


@dataclass
class Listing:
    """What a list page is made of; computed when asked for, once."""

    request: HttpRequest
    rows: QuerySet
    filters: Any
    table_class: Any
    name: str
    title: str
    tabs_for_all: Sequence[tuple[str, str]] = ()
    _memo: dict[str, Any] = field(default_factory=dict)

    @cached_property
    def asked(self) -> QueryDict:
        return self.request.GET

    @cached_property
    def filter(self) -> Any:
        chosen = self.filters(self.asked, queryset=self.rows, request=self.request)
        for one in chosen.form.fields.values():
            for_people(one.widget)
        return chosen

    @cached_property
    def fields(self) -> list[Any]:
        """What the filter menu offers: all but the search box, and what only programs ask for."""
        form = self.filter.form
        return [form[name] for name in form.fields if name != "q" and name not in FOR_PROGRAMS]

    @cached_property
    def matching(self) -> QuerySet:
        return self.filter.qs if self.filter.is_valid() else self.rows.none()

    @cached_property
    def sort(self) -> str:
        sorts = self.table_class.Meta.sorts
        asked = self.asked.get("sort", "")
        return asked if asked in sorts else sorts[0]

    @cached_property
    def page(self) -> Page:
        """The page asked for; on the way back, the first one whole rather than what is before."""
        page = page_of(self.matching, sort=self.sort, after=self.asked.get("after", ""))
        if page.next and len(page.rows) < PAGE:
            return page_of(self.matching, sort=self.sort)
        return page

    @cached_property
    def count(self) -> str:
        """How many match; what is on the only page needs no second query."""
        if not self.page.previous and not self.page.next:
            return str(len(self.page.rows))
        return capped_count(self.matching)

    @cached_property
    def columns(self) -> list[Column]:
        """Every column, and whether it is shown: by `?columns=a,b`, else all but `Meta.hidden`."""
        asked = ",".join(self.asked.getlist("columns"))  # several of them without script
        named = {name for name in asked.split(",") if name}
        hidden = set(getattr(self.table_class.Meta, "hidden", ()))
        every = self.table_class.base_columns
        known = named & set(every)
        table = self._whole_table
        return [
            Column(name, str(table.columns[name].header), name in (known or set(every) - hidden))
            for name in table.columns.names()
        ]

    def table_of(self, rows: Any) -> Any:
        """The table with the chosen columns over `rows`."""
        gone = [column.name for column in self.columns if not column.shown]
        return self.table_class(rows, request=self.request, orderable=False, exclude=gone)

    @cached_property
    def _whole_table(self) -> Any:
        return self.table_class(self.page.rows, request=self.request, orderable=False)

    @cached_property
    def table(self) -> Any:
        for column in self.columns:
            if not column.shown:
                self._whole_table.columns.hide(column.name)
        return self._whole_table

    @cached_property
    def heads(self) -> list[Head]:
        return [self._head(column) for column in self.table.columns]

    def _head(self, column: Any) -> Head:
        td = column.column.attrs.get("th") or column.column.attrs.get("td", {})
        head = Head(str(column.header), td.get("class", "") if isinstance(td, dict) else "")
        ways = self._ways(column)
        if ways:
            other = [sort for sort in ways if sort != self.sort] or ways
            head.url = self.url(sort=other[0])
            if self.sort in ways:
                down = self.sort.startswith("-")
                head.direction = "descending" if down else "ascending"
        return head

    def _ways(self, column: Any) -> list[str]:
        """The sorts of this column: by its own name, else by a field of what it points to."""
        accessor = str(column.accessor).replace(".", "__")
        sorts = self.table_class.Meta.sorts
        own = [sort for sort in sorts if sort.removeprefix("-") in {column.name, accessor}]
        return own or [sort for sort in sorts if sort.removeprefix("-").startswith(f"{accessor}__")]

    def url(self, *, without: Sequence[str] = (), **changes: str) -> str:
        """This list's address with some of its query changed, from the first page on."""
        query = self.asked.copy()
        for name in ("after", "part", "export", "panel", *without):
            query.pop(name, None)
        for name, value in changes.items():
            query[name] = value
        return f"{self.request.path}?{query.urlencode()}" if query else self.request.path

    @cached_property
    def query(self) -> str:
        """What a saved view keeps: filters, sort and columns."""
        return self.url().partition("?")[2]

    @cached_property
    def chips(self) -> list[Chip]:
        return chips_of(self)

    @cached_property
    def tabs(self) -> list[Tab]:
        """The views of everybody, then the saved ones, shared before personal."""
        actor = current_actor()
        found = [Tab("All", ""), *(Tab(label, query) for label, query in self.tabs_for_all)]
        if actor.may("core.save_view"):
            for view in SavedView.objects.seen_by(actor.user_id, self.name):
                mine = view.owner_id == actor.user_id
                found.append(Tab(view.name, view.query, view=view, mine=mine))
        here = _plain(self.query)
        keys = {self._count_key(tab.query): tab for tab in found}
        known = cache.get_many(keys)
        for key, tab in keys.items():
            tab.key = key
        for tab in found:
            tab.here = _plain(tab.query) == here
            tab.key = self._count_key(tab.query)
            tab.count = known.get(tab.key)
        return found

    def _count_key(self, query: str) -> str:
        said = f"{self.name}|{current_actor().name}|{query}"
        return "count-" + blake2b(said.encode(), digest_size=9).hexdigest()

    def count_tabs(self) -> None:
        """Count what each tab holds, at most every fifteen seconds."""
        fresh = {}
        for tab in self.tabs:
            if tab.count is None:
                chosen = self.filters(
                    QueryDict(tab.query), queryset=self.rows, request=self.request
                )
                tab.count = capped_count(chosen.qs) if chosen.is_valid() else "?"
                fresh[tab.key] = tab.count
        if fresh:
            cache.set_many(fresh, COUNT_SECONDS)

    @property
    def counts_are_known(self) -> bool:
        return all(tab.count is not None for tab in self.tabs)

    def part(self) -> HttpResponse | None:
        """The answer when not the page itself is asked for."""
        from core.bulk import preview
        from core.exports import export

        asked = self.asked
        if asked.get("export"):
            return cast(HttpResponse, export(self))  # streamed, and headed like any answer
        if asked.get("bulk"):
            return preview(self)
        if asked.get("part") == "counts":
            self.count_tabs()
            return render(self.request, "ui/tab_counts.html", {"listing": self})
        if asked.get("part") == "new":
            return self._new_rows()
        return None

    def _new_rows(self) -> HttpResponse:
        """How many rows have come in above the first one shown: the "12 new" pill."""
        more = capped_count(
            rows_before(self.matching, sort=self.sort, at=self.asked.get("since", ""))
        )
        told = {"more": "" if more == "0" else more, "listing": self}
        return render(self.request, "ui/new_rows.html", told)

    @property
    def watches(self) -> str:
        """Where the pill's poll starts: the cursor of the first row of the first page."""
        if self.page.previous or not self.page.rows or not self.sort.startswith("-"):
            return ""
        return cursor_at(self.page.rows[0], self.sort)

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What a bulk act must keep of the address: the filters that choose the rows."""
        gone = ("after", "part", "export", "bulk", "tick", "every", "panel")
        return [(n, v) for n, values in self.asked.lists() if n not in gone for v in values if v]

    @property
    def bulk(self) -> list[tuple[str, Any]]:
        """The acts on many rows that this person may do here."""
        from core.bulk import acts_of

        return acts_of(self.name)

    def context(self) -> dict[str, Any]:
        """What the templates of a list page are given."""
        remember(self.request, self.title, addresses(self.table, list(self.table.rows)))
        return {
            "title": self.title,
            "name": self.name,
            "listing": self,
            "filter": self.filter,
            "table": self.table,
            "page": self.page,
            "sort": self.sort,
            "count": self.count,
        }


def _plain(query: str) -> list[tuple[str, list[str]]]:
    """A query in one spelling: sorted, without what is empty."""
    return sorted(
        (name, sorted(kept))
        for name, values in QueryDict(query).lists()
        if name not in ("after", "columns") and (kept := [value for value in values if value])
    )
