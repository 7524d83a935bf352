"""Tables of shipping: carriers and rates, picking, parcels."""

from shipping.models.carriers import (
    Carrier,
    Carton,
    RateBreak,
    RateCard,
    RatesRevision,
    Service,
    TransitTime,
    Zone,
    ZonePlace,
)
from shipping.models.parcels import Label, Manifest, Parcel, ParcelLine, TrackingEvent
from shipping.models.picking import PackScan, PickLine, PickList

__all__ = [
    "Carrier",
    "Carton",
    "Label",
    "Manifest",
    "PackScan",
    "Parcel",
    "ParcelLine",
    "PickLine",
    "PickList",
    "RateBreak",
    "RateCard",
    "RatesRevision",
    "Service",
    "TrackingEvent",
    "TransitTime",
    "Zone",
    "ZonePlace",
]
