"""How vendors keep their word: by the day that they promised first, whatever they said later."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db.models import F, Max, Q, QuerySet, Sum

from core import clock
from core.actor import ALL, Actor
from core.errors import BadValue
from core.statements import run_sql
from inventory.models import PurchaseLine, Vendor
from inventory.states import PurchaseStatus

DAYS, MOST_DAYS = 90, 800


@dataclass(frozen=True)
class Span:
    """Days, both included."""

    first: date
    last: date

    @property
    def query(self) -> str:
        return f"from={self.first}&to={self.last}"


@dataclass(frozen=True, kw_only=True)
class Score:
    """One vendor over a span; a share is None where there is nothing to take it of."""

    public_id: str
    name: str
    code: str
    lines: int  # whose first promised day is in the span and past, or that are all there
    otif: int  # of those: all there, undamaged, by that day
    in_full: int  # of those: all there by now
    ordered: int
    in_time: int
    days_late: float | None  # on average, of those that were late
    received: int
    damaged: int
    lead_days: list[float] | None  # 10th, 50th and 90th percentile, from sending to taking in
    price_drift: float | None  # 0.04: the same goods cost 4 % more than at the last price before
    disputes: int  # opened within the span, less those withdrawn
    upheld: int  # of those: the vendor gave all or part of it
    bills: int  # dated within the span
    bills_right: int  # of those: as ordered and received at once

    @property
    def bills_right_percent(self) -> float | None:
        return _percent(self.bills_right, self.bills)

    @property
    def otif_percent(self) -> float | None:
        return _percent(self.otif, self.lines)

    @property
    def in_full_percent(self) -> float | None:
        return _percent(self.in_full, self.lines)

    @property
    def on_time_percent(self) -> float | None:
        """Units, not lines: half a delivery in time is half."""
        return _percent(self.in_time, self.ordered)

    @property
    def defect_percent(self) -> float | None:
        return _percent(self.damaged, self.received)

    @property
    def price_drift_percent(self) -> float | None:
        return None if self.price_drift is None else round(100 * self.price_drift, 1)

    @property
    def lead_median(self) -> float | None:
        return round(self.lead_days[1], 1) if self.lead_days else None

    @property
    def lead_p90(self) -> float | None:
        return round(self.lead_days[2], 1) if self.lead_days else None

    @property
    def lead_spread(self) -> float | None:
        """Days between the quick tenth and the slow tenth: what a buffer has to cover."""
        return round(self.lead_days[2] - self.lead_days[0], 1) if self.lead_days else None


def _percent(part: int, whole: int) -> float | None:
    return round(100 * part / whole, 1) if whole else None


def span_of(asked: Mapping[str, str]) -> Span:
    """Read `from` and `to`, days as 2026-01-31; the last 90 days when nothing is given.

    Raises BadValue for what is no span, or a longer one than 800 days.
    """
    last = _day(asked, "to") or clock.today()
    first = _day(asked, "from") or last - timedelta(days=DAYS - 1)
    if not timedelta() <= last - first < timedelta(days=MOST_DAYS):
        fix = f"Name a day before the last one, at most {MOST_DAYS} days."
        raise BadValue(field="from", fix=fix)
    return Span(first, last)


def _day(asked: Mapping[str, str], field: str) -> date | None:
    text = asked.get(field, "").strip()
    if not text:
        return None
    try:
        found = date.fromisoformat(text)
    except ValueError as error:
        raise BadValue(field=field, fix="Write a day like 2026-01-31.") from error
    if not 1990 <= found.year <= 2200:
        raise BadValue(field=field, fix="Write a day like 2026-01-31.")
    return found


def scores(span: Span, actor: Actor, *, vendor_id: int | None = None) -> list[Score]:
    """Of every vendor that owed or delivered something, the worst first; or of one."""
    ids: Any = actor.ids("warehouse_id")
    rows = run_sql(
        "inventory/vendor_scorecard",
        first=span.first,
        last=span.last,
        today=clock.today(),
        zone=settings.TIME_ZONE,
        vendor_id=vendor_id,
        warehouse_ids=None if ids is ALL else list(ids),
    )
    return [Score(**{name: row[name] for name in Score.__dataclass_fields__}) for row in rows]


def nothing_of(vendor: Vendor) -> Score:
    """Of a vendor that owed nothing and delivered nothing."""
    return Score(
        public_id=vendor.public_id, name=vendor.name, code=vendor.code, lines=0, otif=0, in_full=0,
        ordered=0, in_time=0, days_late=None, received=0, damaged=0, lead_days=None,
        price_drift=None, disputes=0, upheld=0, bills=0, bills_right=0,
    )  # fmt: skip


def lines_behind(span: Span, actor: Actor, vendor: Vendor) -> QuerySet[PurchaseLine]:
    """The lines that a score is made of, the longest ago first, each with what came by when."""
    ids: Any = actor.ids("warehouse_id")
    rows = PurchaseLine.objects.filter(
        order__vendor=vendor, first_promised__range=(span.first, span.last)
    ).exclude(Q(order__status=PurchaseStatus.CANCELLED) | Q(order__sent_at=None))
    if ids is not ALL:
        rows = rows.filter(order__warehouse__in=ids)
    good = Sum(F("receipts__units") - F("receipts__damaged"), default=0)
    told = rows.annotate(good=good, last_at=Max("receipts__received_at"))
    return told.select_related("order", "sku").order_by("first_promised", "id")
