"""How times, ages and counts read on a page, in words."""

from datetime import date, datetime
from typing import Any

from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal, format_percent

from core import clock

LOCALE = "en_US"
_STEPS = ((60, "s"), (60, "min"), (24, "h"), (7, "d"), (52, "wk"))


def age(moment: datetime, now: datetime | None = None) -> str:
    """How far away, briefly: "3 h ago", "in 2 d", "just now"."""
    seconds = ((now or clock.now()) - moment).total_seconds()
    amount = abs(seconds)
    if amount < 45:
        return "just now" if seconds >= 0 else "in a moment"
    unit = "yr"
    for size, name in _STEPS:
        if amount < size:
            unit = name
            break
        amount /= size
    text = f"{round(amount)} {unit}"
    return f"{text} ago" if seconds >= 0 else f"in {text}"


def exact(moment: datetime) -> str:
    """The moment on the person's clock, with its zone: "Nov 24, 2026, 14:05 GMT"."""
    return format_datetime(
        moment, "MMM d, y, HH:mm z", tzinfo=_babel_zone(clock.person_zone()), locale=LOCALE
    )


def short(moment: datetime) -> str:
    """The moment on the person's clock: "Nov 24, 14:05", with the year unless it is this one."""
    local = moment.astimezone(clock.person_zone())
    this_year = clock.now().astimezone(clock.person_zone()).year == local.year
    return format_datetime(local, "MMM d, HH:mm" if this_year else "MMM d, y, HH:mm", locale=LOCALE)


def business_day(value: datetime | date) -> str:
    """The shop's business day: "Nov 24, 2026"."""
    day = clock.day_of(value) if isinstance(value, datetime) else value
    return format_date(day, "MMM d, y", locale=LOCALE)


def number(value: Any, decimals: int | None = None) -> str:
    """Grouped digits: "12,340"."""
    pattern = "#,##0." + "0" * decimals if decimals else "#,##0" if decimals == 0 else "#,##0.##"
    return format_decimal(value, format=pattern, locale=LOCALE)


def percent(value: Any, decimals: int = 1) -> str:
    """A share (0.123) as a person reads it: "12.3%"."""
    return format_percent(value, format="#,##0." + "0" * decimals + "%", locale=LOCALE)


def _babel_zone(zone: Any) -> Any:
    return getattr(zone, "key", None) or "UTC"
