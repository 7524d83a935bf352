"""What the demo's carriers do: scan, delay, lose and find, repeat themselves, tell out of order."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from random import Random

from core import clock
from core.errors import Refused
from shipping.models import Parcel
from shipping.operations.track import record_tracking
from shipping.states import ParcelState

# Shares of all parcels.
LATE, LOST, FAILED, DAMAGED, NOT_FOUND = 0.06, 0.004, 0.05, 0.003, 0.004
FOUND_AGAIN = 0.5  # of those that were lost
TWICE, OUT_OF_ORDER = 0.03, 0.03
ON_THE_WAY = (ParcelState.HANDED_OVER, ParcelState.IN_TRANSIT, ParcelState.LOST)
LONGEST = timedelta(days=30)  # by then the carrier has told all there is to tell


@dataclass(frozen=True)
class Scan:
    """What a carrier saw, when, and when it tells us: mostly at once."""

    code: str
    at: datetime
    told_at: datetime


def journey(parcel: Parcel) -> list[Scan]:
    """The scans of a parcel from hand-over to the door; the same each time it is asked."""
    chance = Random(f"journey {parcel.number}")  # noqa: S311 - the same for the same parcel
    days = _days(parcel, chance)
    days += chance.uniform(2, 6) if chance.random() < LATE else 0
    start = shipped_at(parcel)
    seen = [
        Scan(code, moment, moment)
        for code, after in _steps(chance, days)
        for moment in (start + timedelta(minutes=round(after * 1440)),)
    ]
    if chance.random() < OUT_OF_ORDER and len(seen) > 2:
        late = seen[1]
        seen[1] = Scan(late.code, late.at, seen[2].told_at + timedelta(minutes=20))
    if chance.random() < TWICE:
        again = chance.choice(seen)
        seen.append(Scan(again.code, again.at, again.told_at + timedelta(hours=2)))
    return seen


def shipped_at(parcel: Parcel) -> datetime:
    """When it left; only those that have are asked about."""
    if parcel.shipped_at is None:
        raise ValueError(f"{parcel} has not left")
    return parcel.shipped_at


def _days(parcel: Parcel, chance: Random) -> float:
    """Days to the door: in the daytime of the promised day, now and then of the day before."""
    start = shipped_at(parcel)
    promised = parcel.deliver_by or (start + timedelta(days=3)).date()
    door = datetime.combine(promised, time(8), UTC) + timedelta(hours=chance.uniform(0, 10))
    days = (door - start) / timedelta(days=1)
    return max(0.7, days - (days > 1.8 and chance.random() < 0.3))


def _steps(chance: Random, days: float) -> Iterator[tuple[str, float]]:
    """(code, days after the hand-over) of each scan; `days` is how long it takes, all well."""
    yield "accepted", chance.uniform(0.05, 0.2)
    yield "in_transit", days * 0.5
    odd = chance.random()
    if odd < LOST:
        days += 5
        yield "lost", days
        if chance.random() > FOUND_AGAIN:
            return
        days += chance.uniform(2, 5)
        yield "in_transit", days - 0.6
    elif odd < LOST + DAMAGED:
        yield "damaged", days - 0.5
    elif odd < LOST + DAMAGED + NOT_FOUND:
        yield "exception_address", days - 0.3
        days += chance.uniform(1, 3)
    elif odd < LOST + DAMAGED + NOT_FOUND + FAILED:
        yield "failed_attempt", days - 0.4
        days += 1
    yield "out_for_delivery", days - 0.2
    yield "delivered", days


def report_scans(until: datetime, since: datetime) -> int:
    """Send what carriers tell between two moments, in that order; return how many reports."""
    parcels = Parcel.objects.filter(state__in=ON_THE_WAY, shipped_at__gt=since - LONGEST)
    parcels = parcels.only("number", "tracking_number", "shipped_at", "deliver_by", "carrier")
    told = [
        (scan.told_at, parcel.pk, scan, parcel)
        for parcel in parcels.select_related("carrier").order_by("id")
        for scan in journey(parcel)
        if since < scan.told_at <= until
    ]
    return sum(_tell(parcel, scan) for _, _, scan, parcel in sorted(told, key=lambda row: row[:2]))


def _tell(parcel: Parcel, scan: Scan) -> int:
    with clock.pinned(scan.told_at):
        try:
            record_tracking(
                parcel.tracking_number, carrier=parcel.carrier.code, code=scan.code,
                happened_at=scan.at,
            )  # fmt: skip
        except Refused:
            return 0
    return 1
