"""Lists by declaration: queryset + FilterSet + table make a page with keyset paging."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from collections.abc import Sequence
from dataclasses import dataclass
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
    """Some rows, and where the next ones start ("" when there are none)."""

    rows: list[Any]
    next: str


def page_of(rows: QuerySet, *, sort: str, after: str = "", size: int = PAGE) -> Page:
    """Return `size` rows after the cursor; the id breaks ties. `sort` is a column without nulls."""
    column, down = sort.removeprefix("-"), sort.startswith("-")
    rows = rows.order_by(sort, "-id" if down else "id")
    if after:
        value, key = _read(after)
        way = "lt" if down else "gt"
        at_or_past, past = {f"{column}__{way}e": value}, {f"{column}__{way}": value}
        try:  # the first condition alone is what an index on (column, id) walks along
            rows = rows.filter(Q(**at_or_past) & (Q(**past) | Q(**{f"id__{way}": key})))
        except (ValueError, TypeError, ValidationError) as error:
            raise BadCursor from error
    found = list(rows[: size + 1])
    more = len(found) > size
    return Page(found[:size], _cursor(found[size - 1], column) if more else "")


def _cursor(row: Any, column: str) -> str:
    value = row
    if isinstance(row, dict):  # of values()
        value, key = row[column], row["pk"]
    else:
        for part in column.split("__"):
            value = getattr(value, part)
        key = row.pk
    if isinstance(value, Money):
        value = value.minor  # as the column holds it
    value = value.isoformat() if isinstance(value, datetime) else str(value)
    return urlsafe_b64encode(json.dumps([value, key]).encode()).decode().rstrip("=")


def _read(cursor: str) -> tuple[str, int]:
    try:
        value, key = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if not isinstance(value, str) or not isinstance(key, int) or abs(key) >= 2**63:
            raise BadCursor
        if "\x00" in value:
            raise BadCursor
    except (ValueError, TypeError, Base64Error, RecursionError) as error:
        raise BadCursor from error
    return value, key


def cursor_at(row: Any, sort: str) -> str:
    """The cursor that points at `row`."""
    return _cursor(row, sort.removeprefix("-"))


def rows_before(rows: QuerySet, *, sort: str, at: str) -> QuerySet:
    """The rows that a list sorted by `sort` shows above the one at the cursor."""
    column, down = sort.removeprefix("-"), sort.startswith("-")
    value, key = _read(at)
    way = "gt" if down else "lt"
    try:
        return rows.filter(
            Q(**{f"{column}__{way}e": value})
            & (Q(**{f"{column}__{way}": value}) | Q(**{f"id__{way}": key}))
        )
    except (ValueError, TypeError, ValidationError) as error:
        raise BadCursor from error


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
