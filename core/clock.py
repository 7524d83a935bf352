"""Business time. Leases and not-before times come from the database's clock instead."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings

_pinned: ContextVar[datetime | None] = ContextVar("clock", default=None)
_zone: ContextVar[tzinfo | None] = ContextVar("zone", default=None)


def now() -> datetime:
    """Return the present moment in UTC, or the moment that `pinned` says it is."""
    return _pinned.get() or datetime.now(UTC)


def shop_zone() -> tzinfo:
    """The time zone in which the shop counts its business days."""
    return ZoneInfo(settings.TIME_ZONE)


def person_zone() -> tzinfo:
    """The time zone on whose clocks the signed-in person reads; the shop's unless they chose one.

    For what is shown only: days are counted in `shop_zone`, whoever looks.
    """
    return _zone.get() or shop_zone()


@contextmanager
def read_in(zone: str) -> Iterator[None]:
    """Show times on the clocks of `zone` ("Asia/Tokyo"); "" or an unknown one is the shop's."""
    try:
        token = _zone.set(ZoneInfo(zone) if zone else None)
    except (ZoneInfoNotFoundError, ValueError):
        token = _zone.set(None)
    try:
        yield
    finally:
        _zone.reset(token)


def today() -> date:
    """Return the shop's business day."""
    return day_of(now())


def day_of(moment: datetime) -> date:
    """Return the shop's business day that `moment` falls in."""
    return moment.astimezone(shop_zone()).date()


def start_of(day: date) -> datetime:
    """Return the first moment of the shop's business day."""
    return datetime.combine(day, time(), tzinfo=shop_zone())


@contextmanager
def pinned(moment: datetime) -> Iterator[None]:
    """Let business happen at `moment`: history that is imported, or a demo that is played."""
    if moment.tzinfo is None:
        raise ValueError("pinned() takes a moment with a time zone")
    token = _pinned.set(moment)
    try:
        yield
    finally:
        _pinned.reset(token)
