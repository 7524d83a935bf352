"""Columns of lists, and the rows of a table as HTML, made fast: lists are what people look at."""

from datetime import datetime
from functools import lru_cache
from html import escape
from typing import Any

import django_tables2 as tables
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from core import shown
from core.cells import cell_of, escaped
from core.timeline import names_of
from core.tones import tone_of


@lru_cache(maxsize=2048)
def badge_html(text: str, tone: str) -> SafeString:
    """A small state, colored by its tone."""
    return format_html('<span class="badge badge-{}">{}</span>', tone, text)


def time_html(moment: datetime, text: str) -> SafeString:
    """A moment as `text`, the exact one on hover, and in full for machines."""
    whole = moment.isoformat(timespec="seconds")
    return mark_safe(  # noqa: S308 - escaped here
        f'<time datetime="{whole}" title="{escape(shown.exact(moment))}">{escape(text)}</time>'
    )


class BadgeColumn(tables.Column):
    """A state as a small badge; `tones={"held": "warning"}` where the word is not enough."""

    def __init__(self, *, tones: dict[str, str] | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.tones = tones or {}

    def render(self, value: Any) -> str:
        text = str(value).replace("_", " ")
        text = text[:1].upper() + text[1:]
        tone = self.tones.get(str(value)) or self.tones.get(str(value).lower()) or tone_of(text)
        return badge_html(text, tone)

    def value(self, value: Any) -> str:
        return str(value)


class AgoColumn(tables.Column):
    """A moment as its age, the exact time on hover; exported exactly."""

    def render(self, value: Any) -> str:
        return time_html(value, shown.age(value))

    def value(self, value: Any) -> Any:
        return value


class ClockColumn(AgoColumn):
    """A moment on the person's clock."""

    def render(self, value: Any) -> str:
        return time_html(value, shown.short(value))


class ActorColumn(tables.Column):
    """Who did it, by name; asked once for all rows that are shown."""

    def render(self, value: str, table: Any) -> str:
        known = getattr(table, "known_actors", None)
        if known is None:
            path = str(self.accessor or "actor")
            known = table.known_actors = names_of(getattr(row, path) for row in table.data)
        return known.get(value, value)

    def value(self, value: str, table: Any) -> str:
        return self.render(value, table)


class NumberColumn(tables.Column):
    """A figure: right-aligned, digits grouped; `unit` follows it ("kg")."""

    def __init__(self, *, unit: str = "", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.unit = unit
        for part in ("td", "th"):
            self.attrs.setdefault(part, {}).setdefault("class", "num")

    def render(self, value: Any) -> str:
        text = shown.number(value)
        return f"{text} {self.unit}" if self.unit else text

    def value(self, value: Any) -> Any:
        return value


def row_url(record: Any) -> str:
    """The page of a row's thing, "" when it has none; a table's own `row_url` goes before."""
    address = getattr(record, "get_absolute_url", None)
    return address() if address else ""


def rows_html(table: Any, *, bulk: bool = False) -> SafeString:
    """`<tr>`s of the shown rows. Python instead of a template loop: lists are most of the work."""
    rows = list(table.rows)
    if not rows:
        return mark_safe("")
    sample = rows[0].record
    columns = [
        (conditional_escape(column.header), _classes(column), cell_of(table, column, sample))
        for column in table.columns
    ]
    label = getattr(table, "row_label", str)
    parts: list[str] = []
    for row, address in zip(rows, addresses(table, rows), strict=True):
        parts.append(f'<tr data-href="{conditional_escape(address)}">' if address else "<tr>")
        if bulk:
            parts.append(_tick(row.record, label))
        for head, classes, cell in columns:
            html = escaped(cell(row))
            kind = f"{classes} empty-cell" if html in ("—", "–", "") else classes
            mark = f' class="{kind.strip()}"' if kind else ""
            parts.append(f'<td{mark} data-label="{head}">{html}</td>')
        parts.append("</tr>")
    return mark_safe("".join(parts))  # noqa: S308 - every part is escaped above


def addresses(table: Any, rows: list[Any]) -> list[str]:
    """The page of each shown row; worked out once per table."""
    known = getattr(table, "known_addresses", None)
    if known is None:
        address = getattr(table, "row_url", row_url)
        known = table.known_addresses = [address(row.record) for row in rows]
    return known


def _classes(column: Any) -> str:
    attrs = column.column.attrs.get("td", {})
    found = attrs.get("class", "")
    return conditional_escape(found) if isinstance(found, str) else ""


def _tick(record: Any, label: Any) -> str:
    return (
        '<td class="tick-cell"><label><input class="tick" type="checkbox" name="tick" form="bulk" '
        f'value="{record.pk}"><span class="visually-hidden">Select '
        f"{conditional_escape(label(record))}</span></label></td>"
    )
