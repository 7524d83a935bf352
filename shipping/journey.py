"""From what a carrier reported, in whatever order it came, to where the parcel is."""

from collections.abc import Iterable
from datetime import datetime

from shipping.states import ParcelState, TrackingCode

SILENT = {TrackingCode.UNKNOWN}  # kept and shown; says nothing about where the parcel is
TROUBLE = {  # a person has to look; the kind of exception that orders knows it by
    TrackingCode.LOST: "lost_parcel",
    TrackingCode.EXCEPTION_ADDRESS: "bad_address",
    TrackingCode.DAMAGED: "other",
    TrackingCode.RETURNED: "other",
}
_FINAL = {
    TrackingCode.DELIVERED: ParcelState.DELIVERED,
    TrackingCode.RETURNED: ParcelState.RETURNED,
}


def state_after(reports: Iterable[tuple[datetime, str]]) -> ParcelState | None:
    """Where a parcel is after these (moment, code) reports; None when they say nothing.

    Only the moments count, not the order in which they came. Delivered stays
    delivered, unless it comes back; lost ends with the next sign of life.
    """
    state: ParcelState | None = None
    for _, code in sorted(reports):
        if code in SILENT or state == ParcelState.RETURNED:
            continue
        if code in _FINAL:
            state = _FINAL[TrackingCode(code)]
        elif state != ParcelState.DELIVERED:
            lost = code == TrackingCode.LOST
            state = ParcelState.LOST if lost else ParcelState.IN_TRANSIT
    return state


def delivered_at(reports: Iterable[tuple[datetime, str]]) -> datetime | None:
    """When it was delivered first."""
    return min((at for at, code in reports if code == TrackingCode.DELIVERED), default=None)
