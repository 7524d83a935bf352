"""When an order has to leave, and when it is promised to arrive."""

from datetime import UTC, datetime, time

import pytest

from orders.calendars import deliver_by, is_working_day, ship_by


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("placed", "hours", "expected"),
    [
        ("2026-03-03T10:00", 24, "2026-03-04T10:00"),  # Tuesday
        ("2026-03-06T10:00", 24, "2026-03-09T10:00"),  # Friday: Saturday and Sunday do not count
        ("2026-03-07T10:00", 24, "2026-03-10T00:00"),  # Saturday counts from Monday on
        ("2026-03-03T10:00", 0, "2026-03-03T10:00"),
        ("2026-04-02T10:00", 24, "2026-04-07T10:00"),  # Good Friday and Easter Monday
        ("2026-12-24T10:00", 48, "2026-12-30T10:00"),  # Christmas, Boxing Day kept on Monday
        ("2026-03-03T15:00", 24, "2026-03-05T00:00"),  # after the cutoff: from Wednesday on
    ],
)
def test_only_working_days_count(placed, hours, expected):
    country = "GB" if "04-02" not in placed else "DE"

    found = ship_by(at(placed), hours=hours, country=country, time_zone="UTC", cutoff=time(14))

    assert found == at(expected)


def test_the_warehouse_says_what_time_it_is():
    found = ship_by(
        at("2026-03-03T20:00"), hours=24, country="US", time_zone="America/New_York",
        cutoff=time(14),
    )  # fmt: skip

    assert found == at("2026-03-05T05:00")  # 15:00 there is after the cutoff: all of Wednesday


def test_the_day_of_the_clock_change_is_an_hour_shorter():
    found = ship_by(at("2026-03-29T00:00"), hours=24, country="", time_zone="Europe/London")

    assert found == at("2026-03-30T23:00")  # Sunday does not count; Monday is British Summer Time


def test_a_country_without_a_calendar_works_monday_to_friday():
    assert is_working_day(at("2026-12-25T00:00").date(), "XX")
    assert not is_working_day(at("2026-12-26T00:00").date(), "XX")


@pytest.mark.parametrize(
    ("service", "expected"),
    [("express", "2026-03-06"), ("standard", "2026-03-11"), ("?", "2026-03-11")],
)
def test_the_promise_to_the_customer(service, expected):
    found = deliver_by(at("2026-03-04T10:00"), service=service, country="GB")

    assert found.date().isoformat() == expected
