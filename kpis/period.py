"""The period that a page or a call asks about."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from core import clock
from kpis.errors import BadPeriod
from kpis.facts import Where

CHOICES = (7, 28, 90)
DEFAULT, MOST = 28, 800


@dataclass(frozen=True)
class Period:
    """Business days of the shop, both ends included."""

    first: date
    last: date

    @property
    def length(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def days(self) -> list[date]:
        return [self.first + timedelta(days=n) for n in range(self.length)]

    @property
    def before(self) -> "Period":
        """As many days right before."""
        return Period(self.first - timedelta(days=self.length), self.first - timedelta(days=1))

    def where(self, **narrowed: int | str | None) -> Where:
        return Where(first=self.first, last=self.last, **narrowed)  # type: ignore[arg-type]

    @property
    def query(self) -> str:
        """As part of an address."""
        return f"from={self.first}&to={self.last}"


def period_of(given: Mapping[str, str]) -> Period:
    """Read `days`, or `from` and `to`; the last 28 days when nothing is given.

    Raises BadPeriod for what is no period, or a longer one than 800 days.
    """
    last = _day(given, "to") or clock.today()
    first = _day(given, "from")
    if first is None:
        first = last - timedelta(days=_length(given.get("days", "")) - 1)
    if first > last:
        raise BadPeriod(field="from", fix="The period must start before it ends.")
    if (last - first).days >= MOST:
        raise BadPeriod(field="from", fix=f"Ask for at most {MOST} days.")
    return Period(first, last)


def _length(given: str) -> int:
    if not given:
        return DEFAULT
    if not given.isascii() or not given.isdigit() or not 1 <= int(given[:9]) <= MOST:
        raise BadPeriod(field="days", fix=f"Send a whole number from 1 to {MOST}.")
    return int(given)


def _day(given: Mapping[str, str], name: str) -> date | None:
    value = given.get(name, "")
    if not value:
        return None
    try:
        day = date.fromisoformat(value[:40])
    except ValueError as error:
        raise BadPeriod(field=name, fix="Send a day like 2026-01-31.") from error
    if not 1990 <= day.year <= 2200:
        raise BadPeriod(field=name, fix="Send a day of this century.")
    return day
