"""What the demo's carriers do: scan, delay, lose, repeat themselves, tell out of order."""

from datetime import datetime, timedelta
from random import Random

from core import clock
from core.errors import Refused
from shipping.models import Parcel
from shipping.operations.track import record_tracking
from shipping.states import ParcelState

LATE, LOST, TWICE, OUT_OF_ORDER, FAILED = 0.06, 0.004, 0.03, 0.03, 0.05
DAYS = {"express": (1, 2), "standard": (2, 4), "economy": (4, 7)}
MOVING = (ParcelState.HANDED_OVER, ParcelState.IN_TRANSIT)


def journey(parcel: Parcel) -> list[tuple[str, datetime]]:
    """The scans of a parcel from hand-over to the door; the same each time it is asked."""
    chance = Random(f"journey {parcel.number}")  # noqa: S311 - the same for the same parcel
    level = getattr(parcel.service, "level", "standard") if parcel.service else "standard"
    least, most = DAYS.get(level, DAYS["standard"])
    days = chance.uniform(least, most) + (chance.uniform(2, 6) if chance.random() < LATE else 0)
    start = parcel.shipped_at
    scans = [("accepted", start + timedelta(hours=chance.uniform(1, 5)))]
    scans.append(("in_transit", start + timedelta(days=days * 0.5)))
    if chance.random() < LOST:
        return [*scans, ("lost", start + timedelta(days=days + 6))]
    if chance.random() < FAILED:
        scans.append(("failed_attempt", start + timedelta(days=days - 0.4)))
        days += 1
    scans.append(("out_for_delivery", start + timedelta(days=days - 0.2)))
    scans.append(("delivered", start + timedelta(days=days)))
    if chance.random() < OUT_OF_ORDER:
        scans[0], scans[1] = scans[1], scans[0]
    if chance.random() < TWICE:
        scans.append(scans[-1])
    return scans


def report_scans(until: datetime, since: datetime) -> int:
    """Send what carriers have scanned between two moments; return how many reports."""
    told = 0
    rows = Parcel.objects.filter(state__in=MOVING).select_related("carrier", "service")
    for parcel in rows.order_by("id"):
        for code, at in journey(parcel):
            if since < at <= until:
                told += _tell(parcel, code, at)
    return told


def _tell(parcel: Parcel, code: str, at: datetime) -> int:
    with clock.pinned(at):
        try:
            record_tracking(
                parcel.tracking_number, carrier=parcel.carrier.code, code=code, happened_at=at
            )
        except Refused:
            return 0
    return 1
