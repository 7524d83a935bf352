"""The rows behind a figure, page by page and as a file."""

import csv
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings

from core import clock
from core.actor import Actor
from core.lists import BadCursor
from core.money import Money
from inventory.models import Channel, Warehouse
from kpis.facts import Where, rows_behind
from kpis.labels import name_rows
from kpis.metrics import Metric
from kpis.metrics.base import Column

PAGE, CHUNK = 50, 2_000
SKEW = timedelta(minutes=5)  # between the clocks of two hosts that serve pages
HEADS = ("At", "What", "Channel", "Warehouse", "Part", "Counted", "Of", "Currency", "Hours")


@dataclass(frozen=True)
class RowPage:
    """Some rows, and the cursors of the pages after and before them ("" when there is none)."""

    rows: list[dict[str, Any]]
    next: str
    previous: str


def page_behind(
    metric: Metric, where: Where, actor: Actor, *, after: str = "", size: int = PAGE
) -> RowPage:
    """Named rows, oldest first: those after a page's `next`, or before its `previous`.

    The cursors carry the moment of the first page, so that all pages are of one present.
    """
    at, now, back = _read(after) if after else (None, clock.now(), False)
    found = rows_behind(metric, where, actor, limit=size + 1, after=at, back=back, now=now)
    more = len(found) > size
    rows = found[-size:] if back else found[:size]
    name_rows(rows)
    _say(metric, rows)
    return RowPage(
        rows,
        next=_cursor(rows[-1], now) if rows and (more or back) else "",
        previous=_cursor(rows[0], now, "back") if rows and (more if back else after) else "",
    )


def all_behind(metric: Metric, where: Where, actor: Actor) -> Iterator[list[str]]:
    """Every row as the export writes it, its heads first."""
    yield list(HEADS)
    after, more = "", True
    while more:
        page = page_behind(metric, where, actor, after=after, size=CHUNK)
        for row in page.rows:
            yield [
                row["at"].isoformat(), row["label"], row["channel"], row["warehouse"], row["part"],
                row["counted"], row["of"], row["currency"], row["hours"],
            ]  # fmt: skip
        after, more = page.next, bool(page.next)


class Echo:
    """A file that hands each line back: the export is never whole in memory."""

    def write(self, line: str) -> str:
        return line


def as_csv(rows: Iterator[list[str]]) -> Iterator[str]:
    """Lines of a file, one by one; cells that a spreadsheet would compute are prefixed."""
    writer = csv.writer(Echo())
    return (writer.writerow([_safe(cell) for cell in row]) for row in rows)


def _safe(cell: str) -> str:
    """A spreadsheet must not take a SKU like "=1+1" for a formula."""
    risky = cell[:1] in ("=", "+", "@", "\t", "\r") or (cell[:1] == "-" and not cell[1:2].isdigit())
    return f"'{cell}" if risky else cell


def _say(metric: Metric, rows: list[dict[str, Any]]) -> None:
    channels = dict(Channel.objects.values_list("id", "code"))
    warehouses = dict(Warehouse.objects.values_list("id", "code"))
    for row in rows:
        row["channel"] = channels.get(row["channel_id"], "")
        row["warehouse"] = warehouses.get(row["warehouse_id"], "")
        row["part_label"] = metric.parts.get(row["part"], row["part"])
        row["currency"] = settings.COMPANY_CURRENCY if Column.NUM in metric.amounts else ""
        for name, column, value in (
            ("counted", Column.NUM, row["num"]), ("of", Column.DEN, row["den"]),
        ):  # fmt: skip
            empty = column == Column.DEN and not value
            money = _money(value) if column in metric.amounts else None
            plain = str(money.amount) if money else f"{value:.2f}".removesuffix(".00")
            row[name] = "" if empty else plain
            row[f"{name}_shown"] = "" if empty else money.shown() if money else plain
        row["hours"] = "" if row["value"] is None else f"{row['value']:.2f}"


def _money(value: Decimal) -> Money:
    return Money(int(value), settings.COMPANY_CURRENCY)


def _cursor(row: dict[str, Any], now: datetime, *back: str) -> str:
    told = json.dumps([row["at"].isoformat(), row["part"], row["id"], now.isoformat(), *back])
    return urlsafe_b64encode(told.encode()).decode().rstrip("=")


def _read(cursor: str) -> tuple[tuple[datetime, str, int], datetime, bool]:
    """Where it points, the moment of the first page, and whether back."""
    try:
        text = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        at, part, key, first_read, *back = json.loads(text)
        moment, now = datetime.fromisoformat(at), datetime.fromisoformat(first_read)
        sound = isinstance(part, str) and isinstance(key, int) and abs(key) < 2**63
        if moment.tzinfo is None or now.tzinfo is None or now > clock.now() + SKEW:
            raise BadCursor
        if not sound or "\x00" in part or back not in ([], ["back"]):
            raise BadCursor
    except (ValueError, TypeError, Base64Error, RecursionError) as error:
        raise BadCursor from error
    return (moment, part, key), now, bool(back)
