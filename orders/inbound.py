"""What comes in when, and which orders wait for it."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import F, QuerySet, Sum
from django.urls import reverse

from core import clock
from core.actor import ALL, Actor
from core.errors import BadValue
from core.statements import run_sql
from inventory.models import ChannelWarehouse, PurchaseOrder
from orders.models import OrderLine
from orders.states import OrderStatus

WEEKS, MOST_WEEKS = 4, 52
MOST = 1_000  # lines shown at once
PAGES = {"purchase_order": "purchasing:order", "transfer": "inventory:transfer"}


@dataclass(frozen=True, kw_only=True)
class Coming:
    """Units of one SKU that are to arrive in a warehouse on a day."""

    kind: str  # purchase_order or transfer
    public_id: str
    number: str
    from_name: str
    day: date | None  # as promised last; None: nobody knows
    first_day: date | None  # as promised first
    units: int
    warehouse: str
    sku: str
    title: str
    sku_public_id: str
    orders: int  # open orders that wait for the SKU and may be sent from there
    short: int  # units that they wait for, preordered ones too
    preordered: int  # units of this very line that were sold before it comes

    @property
    def url(self) -> str:
        return reverse(PAGES[self.kind], args=[self.public_id])

    @property
    def overdue(self) -> bool:
        return self.day is not None and self.day < clock.today()

    @property
    def days_later(self) -> int:
        """How much later than promised first."""
        if self.day is None or self.first_day is None:
            return 0
        return max((self.day - self.first_day).days, 0)


def weeks_in(text: str) -> int:
    """How many weeks ahead are asked for; 4 unless given. Raises BadValue."""
    if not text.strip():
        return WEEKS
    if not (text.isascii() and text.isdigit() and len(text) < 4 and 1 <= int(text) <= MOST_WEEKS):
        raise BadValue(field="weeks", fix=f"Send a whole number from 1 to {MOST_WEEKS}.")
    return int(text)


def coming_in(weeks: int, actor: Actor) -> list[Coming]:
    """What is overdue and what comes within so many weeks, by day; at most MOST lines."""
    scopes: list[Any] = [actor.ids(column) for column in ("warehouse_id", "channel_id")]
    places, channels = (None if ids is ALL else list(ids) for ids in scopes)
    rows = run_sql(
        "orders/inbound",
        last=clock.today() + timedelta(weeks=weeks),
        warehouse_ids=places,
        channel_ids=channels,
        most=MOST,
    )
    return [Coming(**row) for row in rows]


def by_week(rows: list[Coming]) -> list[tuple[str, list[Coming]]]:
    """Overdue first, then each week from its Monday, then what has no day."""
    found: dict[str, list[Coming]] = {}
    for row in rows:
        found.setdefault(_week(row), []).append(row)
    return list(found.items())


def _week(row: Coming) -> str:
    if row.day is None:
        return "No day is known"
    if row.overdue:
        return "Overdue"
    monday = row.day - timedelta(days=row.day.weekday())
    return f"Week of {monday:%b} {monday.day}"


def hurt_by(order: PurchaseOrder, actor: Actor) -> QuerySet[OrderLine]:
    """Lines of open orders that are short of what a vendor's order is to bring, oldest first."""
    coming = [line.sku_id for line in order.lines.all() if line.units_open]
    served = ChannelWarehouse.objects.filter(warehouse=order.warehouse_id).values("channel")
    rows = OrderLine.objects.filter(
        sku__in=coming, units_short__gt=0, order__status=OrderStatus.OPEN,
        order__channel__in=served,
    )  # fmt: skip
    channels: Any = actor.ids("channel_id")
    if channels is not ALL:
        rows = rows.filter(order__channel__in=channels)
    return rows.select_related("order", "sku").order_by("order__placed_at", "id")


class Backlog:
    """Answers inventory's port: units of open orders that wait for stock, preorders aside."""

    name, version = "open orders", "1"

    def units(self, warehouse_id: int, sku_id: int) -> int:
        served = ChannelWarehouse.objects.filter(warehouse=warehouse_id).values("channel")
        rows = OrderLine.objects.filter(
            sku=sku_id, units_short__gt=0, order__status=OrderStatus.OPEN,
            order__channel__in=served,
        )  # fmt: skip
        found = rows.aggregate(units=Sum(F("units_short") - F("units_preordered"), default=0))
        return int(found["units"])
