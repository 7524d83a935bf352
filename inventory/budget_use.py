"""What is used of budgets, and what is left: added up from orders and receipts each time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.db.models import F, QuerySet

from core import clock
from core.actor import Actor
from core.errors import BadValue
from core.money import Money
from core.statements import run_sql
from inventory.models import CostCenter, PurchaseLine, PurchaseOrder, Receipt, ReceiptLine
from inventory.states import EXPECTED, PurchaseStatus

MONTHS, MOST_MONTHS, BEFORE = 9, 60, 2
COMMITTED = [PurchaseStatus.APPROVED, *EXPECTED]


@dataclass(frozen=True, kw_only=True)
class Use:
    """One month of one cost center, in the company's currency."""

    public_id: str
    code: str
    name: str
    month: date
    budget: Money | None  # None: nobody has set one, so nothing is limited
    committed: Money  # approved or sent, still to come
    received: Money
    invoiced: Money  # net, by the day of the bill; what came in counts already, billed or not

    @property
    def left(self) -> Money | None:
        """Open to buy; below nothing where more is used than there is."""
        return None if self.budget is None else self.budget - self.committed - self.received

    @property
    def is_over(self) -> bool:
        return self.left is not None and self.left.minor < 0

    @property
    def used_percent(self) -> int | None:
        if self.budget is None or not self.budget.minor:
            return None
        return round(100 * (self.committed.minor + self.received.minor) / self.budget.minor)


@dataclass(frozen=True, kw_only=True)
class Need:
    """What a draft would use of one month."""

    use: Use
    needs: Money

    @property
    def left_after(self) -> Money | None:
        return None if self.use.left is None else self.use.left - self.needs

    @property
    def is_over(self) -> bool:
        """More than is left; a month without a budget holds whatever is needed."""
        return self.left_after is not None and self.left_after.minor < 0


def month_of(day: date) -> date:
    """The first day of its month."""
    return day.replace(day=1)


def next_month(month: date) -> date:
    """The first day of the month after it."""
    return month_of(month + timedelta(days=31))


def read_month(text: str, *, field: str) -> date:
    """A month as 2026-01, as its first day. Raises BadValue."""
    fix = "Write a month like 2026-01."
    try:
        found = date.fromisoformat(f"{text.strip()}-01")
    except ValueError as error:
        raise BadValue(field=field, fix=fix) from error
    if not 1990 <= found.year <= 2199:
        raise BadValue(field=field, fix=fix)
    return found


def months_of(asked: Mapping[str, str]) -> tuple[date, date]:
    """Read `from` and `to`, months as 2026-01; two before this one and six after unless given.

    Raises BadValue for what is no month, or for more than 60 of them.
    """
    now = month_of(clock.today())
    first = read_month(asked["from"], field="from") if asked.get("from") else _moved(now, -BEFORE)
    last = read_month(asked["to"], field="to") if asked.get("to") else _moved(first, MONTHS - 1)
    if not first <= last <= _moved(first, MOST_MONTHS - 1):
        raise BadValue(field="to", fix=f"Name a month from the first on, at most {MOST_MONTHS}.")
    return first, last


def _moved(month: date, months: int) -> date:
    years, place = divmod(month.month - 1 + months, 12)
    return date(month.year + years, place + 1, 1)


def uses(first: date, last: date, *, cost_center_id: int | None = None) -> list[Use]:
    """Each month of each cost center, or of one; by code, then by month."""
    rows = run_sql(
        "inventory/budget_use",
        first=first,
        last=last,
        today=clock.today(),
        zone=settings.TIME_ZONE,
        cost_center_id=cost_center_id,
    )
    for row in rows:
        for name in ("budget", "committed", "received", "invoiced"):
            row[name] = None if row[name] is None else _money(row[name])
    return [Use(**row) for row in rows]


def needs_of(order: PurchaseOrder) -> list[Need]:
    """What a draft would use of which months; nothing without a cost center."""
    if order.cost_center_id is None:
        return []
    wanted: dict[date, int] = {}
    for line in order.lines.all():
        month = month_of(max(line.promised or clock.today(), clock.today()))
        wanted[month] = wanted.get(month, 0) + line.total.minor
    if not wanted:
        return []
    months = sorted(wanted)
    shares = _in_company_currency(order, [wanted[month] for month in months])
    found = uses(months[0], months[-1], cost_center_id=order.cost_center_id)
    by_month = {use.month: use for use in found}
    return [
        Need(use=by_month[month], needs=share)
        for month, share in zip(months, shares, strict=True)
        if month in by_month
    ]


def _in_company_currency(order: PurchaseOrder, parts: list[int]) -> list[Money]:
    """Parts of the order's total, adding up to its total in the company's currency."""
    if not sum(parts):
        return [_money(0) for _ in parts]
    return list(order.company_total.split(parts))


def committed_lines(center: CostCenter, month: date, actor: Actor) -> QuerySet[PurchaseLine]:
    """The lines that are still to come in that month, the first day first."""
    orders = PurchaseOrder.objects.visible_to(actor)
    rows = PurchaseLine.objects.filter(
        order__in=orders.filter(cost_center=center, status__in=COMMITTED),
        units__gt=F("units_received") + F("units_missing"), promised__lt=next_month(month),
    )  # fmt: skip
    if month != month_of(clock.today()):  # what is overdue counts now
        rows = rows.filter(promised__gte=max(month, clock.today()))
    return rows.select_related("order__vendor", "sku").order_by("promised", "id")


def received_lines(center: CostCenter, month: date, actor: Actor) -> QuerySet[ReceiptLine]:
    """What came in within that month, the last first."""
    rows = ReceiptLine.objects.filter(
        receipt__in=Receipt.objects.visible_to(actor).filter(order__cost_center=center),
        received_at__gte=clock.start_of(month),
        received_at__lt=clock.start_of(next_month(month)),
    )
    told = rows.select_related("receipt__order__vendor", "line__sku")
    return told.order_by("-received_at", "-id")


def _money(minor: int) -> Money:
    return Money(int(minor), settings.COMPANY_CURRENCY)
