"""How times, ages and counts read on a page, in words."""

from datetime import date, datetime, timedelta, tzinfo
from typing import Any

from babel.dates import format_date, get_month_names, get_timezone_name
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
    local = moment.astimezone(clock.person_zone())
    return f"{_day(local, year=True)}, {local:%H:%M} {_zone_name(local)}"


def short(moment: datetime) -> str:
    """The moment on the person's clock: "Nov 24, 14:05", with the year unless it is this one."""
    zone = clock.person_zone()
    local = moment.astimezone(zone)
    this_year = clock.now().astimezone(zone).year == local.year
    return f"{_day(local, year=not this_year)}, {local:%H:%M}"


# A list shows a hundred moments; a pattern of Babel's takes 100 µs for each, this 3.
_MONTHS = dict(get_month_names("abbreviated", locale=LOCALE))


def _day(local: datetime, *, year: bool) -> str:
    text = f"{_MONTHS[local.month]} {local.day}"
    return f"{text}, {local.year}" if year else text


_zone_names: dict[tuple[tzinfo | None, timedelta | None, timedelta | None], str] = {}


def _zone_name(local: datetime) -> str:
    key = (local.tzinfo, local.utcoffset(), local.dst())
    if key not in _zone_names:
        _zone_names[key] = get_timezone_name(local, width="short", locale=LOCALE)
    return _zone_names[key]


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
