"""Working days: when a warehouse ships, and when a parcel may be expected."""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

DELIVERY_DAYS = {"economy": 8, "standard": 5, "express": 2, "": 5}  # working days after hand-over


@lru_cache(maxsize=256)
def _holidays(country: str, year: int) -> frozenset[date]:
    if country not in holidays.list_supported_countries():
        return frozenset()
    return frozenset(holidays.country_holidays(country, years=year))


def is_working_day(day: date, country: str) -> bool:
    """Monday to Friday, and no public holiday in the whole of the country."""
    return day.weekday() < 5 and day not in _holidays(country, day.year)


def ship_by(
    placed_at: datetime,
    *,
    hours: int,
    country: str,
    time_zone: str,
    cutoff: time | None = None,
) -> datetime:
    """The moment until which an order must have left: `hours` later, working days only.

    What comes after the warehouse's `cutoff` counts from the next working day on.
    """
    zone = ZoneInfo(time_zone)
    moment, left = placed_at.astimezone(zone), timedelta(hours=hours)
    if cutoff is not None and moment.time() > cutoff:
        moment = datetime.combine(moment.date() + timedelta(days=1), time(), zone)
    while True:
        tomorrow = datetime.combine(moment.date() + timedelta(days=1), time(), zone)
        if is_working_day(moment.date(), country):
            today_left = tomorrow.astimezone(UTC) - moment.astimezone(UTC)
            if left <= today_left:
                return (moment.astimezone(UTC) + left).astimezone(UTC)
            left -= today_left
        moment = tomorrow


def deliver_by(shipped_by: datetime, *, service: str, country: str) -> datetime:
    """The promise to the customer: so many working days after the hand-over."""
    left, moment = DELIVERY_DAYS.get(service, DELIVERY_DAYS[""]), shipped_by
    while left:
        moment += timedelta(days=1)
        left -= is_working_day(moment.date(), country)
    return moment
