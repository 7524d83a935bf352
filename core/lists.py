"""Lists by declaration: queryset + FilterSet + table make a page with keyset paging."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from core.errors import Refused
from core.http import is_fragment
from core.money import Money

PAGE, CAP = 50, 1000


class BadCursor(Refused):
    """The cursor was not made by this list."""

    code = "bad_cursor"
    status = 422
    sentence = "The page cursor is not one of this list; start from the first page."

    def __init__(self) -> None:
        super().__init__(field="cursor")


@dataclass(frozen=True)
class Page:
    """Some rows, and the cursors of the pages after and before them ("" when there is none)."""

    rows: list[Any]
    next: str
    previous: str = ""


@dataclass(frozen=True)
class Cursor:
    """One side of one row of a sorted list: what comes after it, or (`back`) before it."""

    value: str
    key: int
    back: bool = False

    @classmethod
    def at(cls, row: Any, column: str, *, back: bool = False) -> "Cursor":
        if isinstance(row, dict):  # of values()
            value, key = row[column], row["pk"]
        else:
            value, key = row, row.pk
            for part in column.split("__"):
                value = getattr(value, part)
        if isinstance(value, Money):
            value = value.minor  # as the column holds it
        value = value.isoformat() if isinstance(value, datetime) else str(value)
        return cls(value, key, back)

    @classmethod
    def read(cls, text: str) -> "Cursor":
        try:
            value, key, *back = json.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
            if not isinstance(value, str) or not isinstance(key, int) or abs(key) >= 2**63:
                raise BadCursor
            if "\x00" in value or back not in ([], ["back"]):
                raise BadCursor
        except (ValueError, TypeError, Base64Error, RecursionError) as error:
            raise BadCursor from error
        return cls(value, key, bool(back))

    def __str__(self) -> str:
        told = [self.value, self.key, *(["back"] if self.back else [])]
        return urlsafe_b64encode(json.dumps(told).encode()).decode().rstrip("=")

    def beyond(self, rows: QuerySet, column: str, *, down: bool) -> QuerySet:
        """The rows on this side of the row, in a list sorted by `column`."""
        way = "lt" if down != self.back else "gt"
        at_or_past, past = {f"{column}__{way}e": self.value}, {f"{column}__{way}": self.value}
        try:  # the first condition alone is what an index on (column, id) walks along
            return rows.filter(Q(**at_or_past) & (Q(**past) | Q(**{f"id__{way}": self.key})))
        except (ValueError, TypeError, ValidationError) as error:
            raise BadCursor from error


def page_of(rows: QuerySet, *, sort: str, after: str = "", size: int = PAGE) -> Page:
    """Return `size` rows on the cursor's side: after a page's `next`, before its `previous`.

    The id breaks ties. `sort` is a column without nulls. One query, whichever way; a second
    when nothing is left before a cursor: then it is the first page.
    """
    column, down = sort.removeprefix("-"), sort.startswith("-")
    cursor = Cursor.read(after) if after else None
    back = cursor is not None and cursor.back
    beyond = cursor.beyond(rows, column, down=down) if cursor else rows
    # The same index serves both ways: it is read from its other end.
    sign = "-" if down != back else ""
    found = list(beyond.order_by(f"{sign}{column}", f"{sign}id")[: size + 1])
    more, found = len(found) > size, found[:size]
    if not found:
        if back:
            return page_of(rows, sort=sort, size=size)
        return Page([], "", str(_back_to(cursor, down=down)) if cursor else "")
    if back:
        found.reverse()
    before = Cursor.at(found[0], column, back=True)
    following = Cursor.at(found[-1], column)
    return Page(
        found,
        next=str(following) if more or back else "",
        previous=str(before) if (more if back else cursor) else "",
    )


def _back_to(cursor: Cursor, *, down: bool) -> Cursor:
    """From a page that has become empty back to the row that it began after, that row included."""
    return Cursor(cursor.value, cursor.key + (-1 if down else 1), back=True)


def cursor_at(row: Any, sort: str) -> str:
    """The cursor that points at `row`."""
    return str(Cursor.at(row, sort.removeprefix("-")))


def rows_before(rows: QuerySet, *, sort: str, at: str) -> QuerySet:
    """The rows that a list sorted by `sort` shows above the one at the cursor."""
    cursor = replace(Cursor.read(at), back=True)
    return cursor.beyond(rows, sort.removeprefix("-"), down=sort.startswith("-"))


def capped_count(rows: QuerySet) -> str:
    """How many, up to 999, as the person reads it: "12" or "999+"."""
    count = rows.order_by()[:CAP].count()
    return "999+" if count >= CAP else str(count)


def list_page(  # noqa: PLR0913 - a list page is these parts
    request: HttpRequest,
    *,
    rows: QuerySet,
    filters: Any,
    table: Any,
    name: str,
    title: str,
    template: str = "ui/list.html",
    context: dict[str, Any] | None = None,
    views: Sequence[tuple[str, str]] = (),
) -> HttpResponse:
    """Answer a list page; its table alone to htmx; its export, counts or bulk preview if asked.

    `name` ("orders.order_list") is the key of saved views and bulk acts; `views`
    are the tabs that everybody has: ("Late", "late=true"). The table's Meta says
    `sorts` (indexed columns without nulls, the default first), and may say `hidden`
    (columns shown only when chosen) and `empty_text`.
    """
    from core.listing import Listing  # it pages with what is above

    listing = Listing(
        request=request, rows=rows, filters=filters, table_class=table, name=name, title=title,
        tabs_for_all=tuple(views),
    )  # fmt: skip
    if part := listing.part():
        return part
    told = {**listing.context(), **(context or {})}
    answer = render(request, "ui/table.html" if is_fragment(request) else template, told)
    answer["Vary"] = "HX-Request"  # one address, two answers: the browser's cache must not mix them
    return answer
